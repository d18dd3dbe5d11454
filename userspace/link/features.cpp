// SPDX-License-Identifier: GPL-2.0-only
#include "link/features.h"

#include "util/text.h"

#include <algorithm>
#include <cstring>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

namespace gueway {

namespace {

constexpr size_t features_a_block = 32;

size_t block_count(size_t features)
{
    return (features + features_a_block - 1) / features_a_block;
}

// One ethtool command is a struct with a variable tail, passed by address.
class Ethtool {
public:
    static Result<Ethtool> open(const Namespace& where, const std::string& device)
    {
        return Ethtool(TRY(where.socket(AF_INET, SOCK_DGRAM)), device,
                       where.rtnl().object("device " + device));
    }

    // The ioctl's own result: 0, or for SFEATURES the ETHTOOL_F_* flags.
    Result<int> call(void* command, const std::string& operation) const
    {
        ifreq request{};
        std::strncpy(request.ifr_name, device_.c_str(), sizeof request.ifr_name - 1);
        request.ifr_data = static_cast<char*>(command);
        const int result = ::ioctl(socket_.get(), SIOCETHTOOL, &request);
        if (result < 0) return errno_error(who_, operation);
        return result;
    }

    const std::string& who() const { return who_; }

private:
    Ethtool(Fd socket, std::string device, std::string who)
        : socket_(std::move(socket)), device_(std::move(device)), who_(std::move(who))
    {}
    Fd socket_;
    std::string device_, who_;
};

// Room for a command struct and `count` elements behind it, zeroed and aligned for both.
template <class Command>
class Room {
public:
    Room(uint32_t cmd, size_t bytes) : words_((sizeof(Command) + bytes + 7) / 8)
    {
        (*this)->cmd = cmd;
    }
    Command* operator->() { return reinterpret_cast<Command*>(words_.data()); }
    void* data() { return words_.data(); }

private:
    std::vector<uint64_t> words_;
};

Result<std::vector<std::string>> read_names(const Ethtool& ethtool)
{
    Room<ethtool_sset_info> info(ETHTOOL_GSSET_INFO, sizeof(uint32_t));
    info->sset_mask = 1ULL << ETH_SS_FEATURES;
    TRY(ethtool.call(info.data(), "count features"));
    const uint32_t count = info->sset_mask ? info->data[0] : 0;

    Room<ethtool_gstrings> strings(ETHTOOL_GSTRINGS, size_t{count} * ETH_GSTRING_LEN);
    strings->string_set = ETH_SS_FEATURES;
    strings->len = count;
    TRY(ethtool.call(strings.data(), "read the names of features"));
    return feature_names(
        {reinterpret_cast<const char*>(strings->data), size_t{strings->len} * ETH_GSTRING_LEN});
}

Result<std::vector<Feature>> read_features(const Ethtool& ethtool,
                                           const std::vector<std::string>& names)
{
    const size_t blocks = block_count(names.size());
    Room<ethtool_gfeatures> state(ETHTOOL_GFEATURES, blocks * sizeof(ethtool_get_features_block));
    state->size = static_cast<uint32_t>(blocks);
    TRY(ethtool.call(state.data(), "read features"));
    return decode_features(names, {state->features, state->size});
}

Result<void> write_features(const Ethtool& ethtool, const std::vector<std::string>& names,
                            const std::vector<std::string>& wanted, bool on)
{
    const size_t blocks = block_count(names.size());
    Room<ethtool_sfeatures> change(ETHTOOL_SFEATURES, blocks * sizeof(ethtool_set_features_block));
    change->size = static_cast<uint32_t>(blocks);
    for (const auto& name : wanted) {
        const auto at = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
        if (at == names.size())
            return Error{ethtool.who(), "set feature " + name, EINVAL,
                         "this kernel has no such feature", "ethtool -k shows their names"};
        auto& block = change->features[at / features_a_block];
        const uint32_t bit = 1U << (at % features_a_block);
        block.valid |= bit;
        if (on) block.requested |= bit;
    }
    TRY(ethtool.call(change.data(), "set features " + join(wanted, ", ")));
    return {};
}

} // namespace

std::vector<std::string> feature_names(std::span<const char> records)
{
    std::vector<std::string> names;
    for (size_t at = 0; at + ETH_GSTRING_LEN <= records.size(); at += ETH_GSTRING_LEN) {
        const char* record = records.data() + at;
        names.emplace_back(record, ::strnlen(record, ETH_GSTRING_LEN));
    }
    return names;
}

std::vector<Feature> decode_features(const std::vector<std::string>& names,
                                     std::span<const ethtool_get_features_block> blocks)
{
    std::vector<Feature> found;
    for (size_t at = 0; at < names.size() && at / features_a_block < blocks.size(); ++at) {
        const auto& block = blocks[at / features_a_block];
        const uint32_t bit = 1U << (at % features_a_block);
        if (names[at].empty()) continue;
        found.push_back(
            {.name = names[at],
             .active = (block.active & bit) != 0,
             .requested = (block.requested & bit) != 0,
             .changeable = (block.available & bit) != 0 && (block.never_changed & bit) == 0});
    }
    return found;
}

Result<std::vector<Feature>> features(const Namespace& where, const std::string& device)
{
    const auto ethtool = TRY(Ethtool::open(where, device));
    return read_features(ethtool, TRY(read_names(ethtool)));
}

Result<void> set_features(const Namespace& where, const std::string& device,
                          const std::vector<std::string>& wanted, bool on)
{
    if (wanted.empty()) return {};
    const auto ethtool = TRY(Ethtool::open(where, device));
    const auto names = TRY(read_names(ethtool));
    TRY(write_features(ethtool, names, wanted, on));

    std::vector<std::string> refused;
    for (const auto& feature : TRY(read_features(ethtool, names)))
        if (feature.active != on && std::ranges::find(wanted, feature.name) != wanted.end())
            refused.push_back(feature.name + (feature.changeable ? "" : " (fixed)"));
    if (refused.empty()) return {};
    return Error{ethtool.who(), std::string("turn features ") + (on ? "on" : "off"), EOPNOTSUPP,
                 "the kernel did not take " + join(refused, ", "),
                 "ethtool -k shows what is fixed and what holds it back"};
}

Result<std::string> driver(const Namespace& where, const std::string& device)
{
    ethtool_drvinfo info{.cmd = ETHTOOL_GDRVINFO};
    TRY(TRY(Ethtool::open(where, device)).call(&info, "read its driver"));
    return std::string(info.driver, ::strnlen(info.driver, sizeof info.driver));
}

} // namespace gueway
