// SPDX-License-Identifier: GPL-2.0-only
// The tunnels of the samples.
#pragma once

#include "encap/encap.h"

namespace gueway::tunnels {

inline constexpr Encap gue = {EncapType::gue, 5501, EncapChecksum::none},
                       gue_csum = {EncapType::gue, 5501, EncapChecksum::full},
                       remote = {EncapType::gue, 5501, EncapChecksum::remote},
                       gre = {EncapType::gre, 0, EncapChecksum::none},
                       gre_csum = {EncapType::gre, 0, EncapChecksum::full},
                       fou = {EncapType::fou_interface, 5502, EncapChecksum::none};

} // namespace gueway::tunnels
