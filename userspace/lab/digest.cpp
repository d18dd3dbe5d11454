// SPDX-License-Identifier: GPL-2.0-only
#include "lab/digest.h"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace gueway {

namespace {
EVP_MD_CTX* as_context(const std::shared_ptr<void>& p)
{
    return static_cast<EVP_MD_CTX*>(p.get());
}
} // namespace

Sha256::Sha256()
    : context_(EVP_MD_CTX_new(), [](void* p) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(p)); })
{
    EVP_DigestInit_ex(as_context(context_), EVP_sha256(), nullptr);
}

Sha256& Sha256::add(std::string_view bytes)
{
    EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size());
    return *this;
}

std::string Sha256::hex()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
    unsigned size = 0;
    EVP_DigestFinal_ex(as_context(context_), raw.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", raw[i]);
    return text;
}

std::string sha256(std::string_view bytes)
{
    return Sha256().add(bytes).hex();
}

Result<std::string> sha256_file(const fs::path& path)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return errno_error(path, "open");
    Sha256 digest;
    std::string block(1 << 20, '\0');
    for (;;) {
        const ssize_t n = ::read(fd.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno_error(path, "read");
        if (n == 0) return digest.hex();
        digest.add({block.data(), static_cast<size_t>(n)});
    }
}

} // namespace gueway
