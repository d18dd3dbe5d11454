// SPDX-License-Identifier: GPL-2.0-only
// Reads, probes and judges.
#pragma once

#include "doctor/report.h"
#include "link/namespace.h"

namespace gueway::doctor {

struct ExamineOptions {
    std::string
        netns; // where `where` was found, for the report's commands; empty: the caller's own
    bool probe = true; // send through scratch namespaces
};

// Changes nothing in `where`. The probe loads modules it needs that are not there, and takes them
// out again. What cannot be asked of the kernel's bug is part of the report; an Error is what keeps
// the settings from being read, and a lack of privilege (EPERM).
Result<Report> examine(const Namespace& where, const ExamineOptions& options);

} // namespace gueway::doctor
