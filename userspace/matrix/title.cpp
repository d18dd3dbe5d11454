// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/title.h"

#include <map>
#include <set>

namespace gueway::matrix {

std::string short_name(const std::string& kernel, size_t parts)
{
    if (!kernel.contains('/')) return kernel;
    const auto image = kernel.substr(0, kernel.find(':'));
    size_t from = image.size();
    for (; parts > 0 && from != std::string::npos; --parts)
        from = from == 0 ? std::string::npos : image.rfind('/', from - 1);
    return from == std::string::npos ? image : image.substr(from + 1);
}

std::string title(const KernelResult& kernel)
{
    return (kernel.label.empty() ? short_name(kernel.kernel) : kernel.label) + " " + kernel.ip_vs;
}

void set_labels(MatrixResult& result)
{
    for (size_t parts = 1;; ++parts) {
        std::map<std::string, std::set<std::string>> kernels; // by title
        for (auto& kernel : result.kernels) kernels[title(kernel)].insert(kernel.kernel);
        bool longer = false;
        for (auto& kernel : result.kernels) {
            if (kernels[title(kernel)].size() == 1) continue;
            const auto label = short_name(kernel.kernel, parts + 1);
            longer |= label != kernel.label;
            kernel.label = label;
        }
        if (!longer) return;
    }
}

} // namespace gueway::matrix
