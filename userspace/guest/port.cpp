// SPDX-License-Identifier: GPL-2.0-only
#include "guest/port.h"

#include "util/file.h"

#include <fcntl.h>
#include <termios.h>

namespace gueway::guest {

Result<Port> Port::open(const std::string& tty)
{
    Fd fd(::open(tty.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!fd) return errno_error(tty, "open");
    termios settings{};
    if (::tcgetattr(fd.get(), &settings) != 0) return errno_error(tty, "read settings");
    ::cfmakeraw(&settings);
    ::cfsetspeed(&settings, B115200);
    if (::tcsetattr(fd.get(), TCSANOW, &settings) != 0) return errno_error(tty, "make raw");
    return Port(std::move(fd));
}

void Port::send(const protocol::Message& message) const
{
    (void)write_all(fd_.get(), protocol::to_line(message), "messages").has_value();
}

void Port::drain() const
{
    ::tcdrain(fd_.get());
}

} // namespace gueway::guest
