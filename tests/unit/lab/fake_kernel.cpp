// SPDX-License-Identifier: GPL-2.0-only
#include "fake_kernel.h"

#include <cstring>

#include <elf.h>

namespace gueway {

std::string fake_bzimage(const std::string& release)
{
    constexpr size_t text_at = 0x3000;
    std::string image(text_at, '\0');
    std::memcpy(&image[0x202], "HdrS", 4);
    const uint16_t pointer = text_at - 0x200;
    image[0x20e] = static_cast<char>(pointer & 0xff);
    image[0x20f] = static_cast<char>(pointer >> 8);
    return image + release + " (builder@host) #1" + std::string(64, '\0');
}

std::string fake_module(const std::string& modinfo)
{
    const std::string names("\0.modinfo\0.shstrtab\0", 20);
    const std::string info = modinfo + '\0';
    Elf64_Ehdr head{};
    std::memcpy(head.e_ident, ELFMAG, SELFMAG);
    head.e_ident[EI_CLASS] = ELFCLASS64;
    head.e_ident[EI_DATA] = ELFDATA2LSB;
    head.e_ident[EI_VERSION] = EV_CURRENT;
    head.e_type = ET_REL;
    head.e_machine = EM_X86_64;
    head.e_version = EV_CURRENT;
    head.e_ehsize = sizeof head;
    head.e_shentsize = sizeof(Elf64_Shdr);
    head.e_shnum = 3;
    head.e_shstrndx = 2;
    head.e_shoff = sizeof head;
    Elf64_Shdr sections[3] = {};
    const uint64_t data = sizeof head + sizeof sections;
    sections[1] = {.sh_name = 1,
                   .sh_type = SHT_PROGBITS,
                   .sh_flags = SHF_ALLOC,
                   .sh_offset = data,
                   .sh_size = info.size(),
                   .sh_addralign = 1};
    sections[2] = {.sh_name = 10,
                   .sh_type = SHT_STRTAB,
                   .sh_offset = data + info.size(),
                   .sh_size = names.size(),
                   .sh_addralign = 1};
    std::string file(reinterpret_cast<const char*>(&head), sizeof head);
    file.append(reinterpret_cast<const char*>(sections), sizeof sections);
    return file + info + names;
}

Result<void> fake_kernel(const fs::path& root, const std::string& release)
{
    const auto modules = root / "lib/modules" / release;
    TRY(make_directories(root / "boot"));
    TRY(make_directories(modules / "kernel/net"));
    TRY(write_file(root / "boot" / ("vmlinuz-" + release), fake_bzimage(release)));
    TRY(write_file(modules / "kernel/net/alpha.ko",
                   fake_module("name=alpha" + std::string(1, '\0') + "softdep=pre: beta_two")));
    TRY(write_file(modules / "kernel/net/beta-two.ko", fake_module("name=beta_two")));
    TRY(write_file(modules / "modules.order", "kernel/net/alpha.ko\nkernel/net/beta-two.ko\n"));
    return write_file(modules / "modules.builtin", "kernel/net/gamma.ko\n");
}

} // namespace gueway
