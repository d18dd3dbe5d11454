// SPDX-License-Identifier: GPL-2.0-only
#include "matrix/udp_socket.h"

#include <cerrno>
#include <cstring>
#include <ctime> // before linux/errqueue.h, which wants timespec
#include <optional>

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

namespace gueway::matrix {

namespace {

constexpr int flow_info_send = 33; // IPV6_FLOWINFO_SEND of <linux/in6.h>, which glibc has not

template <class T>
Result<void> set(const Fd& socket, int level, int option, const T& value, const char* name)
{
    if (::setsockopt(socket.get(), level, option, &value, sizeof value) == 0) return {};
    return errno_error(name, "set");
}

// DF or not, whatever MTU the path was said to have.
Result<void> set_fragmenting(const Fd& socket, const Frame& frame)
{
    if (frame.from.family == AF_INET6)
        return set(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE,
                   "IPV6_MTU_DISCOVER");
    const int how = frame.dont_fragment ? IP_PMTUDISC_PROBE : IP_PMTUDISC_INTERFACE;
    return set(socket, IPPROTO_IP, IP_MTU_DISCOVER, how, "IP_MTU_DISCOVER");
}

// What else the IP header says, and who wants to hear of errors.
Result<void> set_options(const Fd& socket, const Frame& frame)
{
    TRY(set_fragmenting(socket, frame));
    if (frame.segment)
        TRY(set(socket, IPPROTO_UDP, UDP_SEGMENT, int{frame.segment}, "UDP_SEGMENT"));
    const int traffic_class = frame.traffic_class;
    if (frame.from.family == AF_INET) {
        TRY(set(socket, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR"));
        return set(socket, IPPROTO_IP, IP_TOS, traffic_class, "IP_TOS");
    }
    TRY(set(socket, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR"));
    TRY(set(socket, IPPROTO_IPV6, IPV6_TCLASS, traffic_class, "IPV6_TCLASS"));
    return set(socket, IPPROTO_IPV6, flow_info_send, 1, "IPV6_FLOWINFO_SEND");
}

// One message of the error queue: nothing if it is none of ICMP's, which the kernel says itself.
std::optional<IcmpAnswer> answer_of(msghdr& message)
{
    for (auto* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(part), sizeof error);
        if (error.ee_origin == SO_EE_ORIGIN_LOCAL) return std::nullopt;
        return IcmpAnswer{error.ee_type, error.ee_code, error.ee_info};
    }
    return std::nullopt;
}

} // namespace

Result<UdpSocket> UdpSocket::send(const Namespace& here, const std::string& device,
                                  const Frame& frame)
{
    UdpSocket made(TRY(here.socket(frame.from.family, SOCK_DGRAM | SOCK_CLOEXEC)));
    if (!device.empty() && ::setsockopt(made.fd_.get(), SOL_SOCKET, SO_BINDTODEVICE, device.c_str(),
                                        static_cast<socklen_t>(device.size())) != 0)
        return errno_error("UDP socket", "bind to " + device);
    TRY(set_options(made.fd_, frame));
    sockaddr_storage place{};
    auto size = socket_address(frame.from, frame.from_port, place);
    if (::bind(made.fd_.get(), reinterpret_cast<sockaddr*>(&place), size) != 0)
        return errno_error("UDP socket",
                           fmt::format("bind to {} port {}", frame.from.text(), frame.from_port));
    size = socket_address(frame.to, frame.to_port, place);
    if (frame.to.family == AF_INET6)
        reinterpret_cast<sockaddr_in6&>(place).sin6_flowinfo = htonl(frame.flow_label);
    const auto sent = ::sendto(made.fd_.get(), frame.payload.data(), frame.payload.size(), 0,
                               reinterpret_cast<sockaddr*>(&place), size);
    made.refused_ = sent < 0 && errno == EMSGSIZE;
    if (sent < 0 && !made.refused_)
        return errno_error("UDP socket",
                           fmt::format("send {} bytes to {} port {}", frame.payload.size(),
                                       frame.to.text(), frame.to_port));
    return made;
}

Result<std::vector<IcmpAnswer>> UdpSocket::told() const
{
    std::vector<IcmpAnswer> all;
    for (;;) {
        alignas(cmsghdr) char control[512];
        msghdr message{};
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        if (::recvmsg(fd_.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
            if (errno == EAGAIN) return all;
            return errno_error("UDP socket", "read its error queue");
        }
        if (const auto answer = answer_of(message)) all.push_back(*answer);
    }
}

} // namespace gueway::matrix
