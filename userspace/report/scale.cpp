// SPDX-License-Identifier: GPL-2.0-only
#include "report/scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gueway {

namespace {

// Half a billionth: what adding and dividing doubles may leave of a round number.
constexpr double slack = 1e-9;

// 1, 2 or 5 times a power of ten: the largest not above `value`, or the smallest not below it.
double round_down(double value)
{
    const double decade = std::pow(10, std::floor(std::log10(value) + slack));
    for (const double factor : {5.0, 2.0})
        if (value >= factor * decade * (1 - slack)) return factor * decade;
    return decade;
}

double round_up(double value)
{
    const double decade = std::pow(10, std::floor(std::log10(value) + slack));
    for (const double factor : {1.0, 2.0, 5.0})
        if (value <= factor * decade * (1 + slack)) return factor * decade;
    return 10 * decade;
}

// Multiples of a round step.
struct Steps {
    double step;
    double first; // low / step, rounded
    double last;
    double count() const { return last - first + 1; }
};

// The finest step of which at most `most` multiples lie between the bounds, or, with `outward`,
// between the bounds moved out to multiples of it.
Steps steps(double low, double high, int most, bool outward)
{
    double step = round_up((high - low) / most);
    for (;; step = round_up(step * 1.5)) {
        const Steps s =
            outward ? Steps{step, std::floor(low / step + slack), std::ceil(high / step - slack)}
                    : Steps{step, std::ceil(low / step - slack), std::floor(high / step + slack)};
        if (s.count() <= most) return s;
    }
}

std::vector<double> linear_ticks(double low, double high, int most)
{
    const auto found = steps(low, high, most, false);
    std::vector<double> out(static_cast<size_t>(found.count()));
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = (found.first + static_cast<double>(i)) * found.step;
    return out;
}

// Ticks at `factors` times each power of ten within the range.
template <size_t N>
std::vector<double> log_ticks(const Scale& scale, const std::array<double, N>& factors)
{
    std::vector<double> out;
    const int first = static_cast<int>(std::floor(std::log10(scale.low) + slack));
    const int last = static_cast<int>(std::ceil(std::log10(scale.high) - slack));
    for (int exponent = first; exponent <= last; ++exponent)
        for (const double factor : factors) {
            const double value = factor * std::pow(10, exponent);
            if (value >= scale.low * (1 - slack) && value <= scale.high * (1 + slack))
                out.push_back(value);
        }
    return out;
}

} // namespace

double Scale::place(double value) const
{
    double share = 0;
    if (kind == ScaleKind::Log)
        share = value > low ? std::log(value / low) / std::log(high / low) : 0;
    else
        share = (value - low) / (high - low);
    return std::clamp(share, 0.0, 1.0);
}

Scale nice_scale(ScaleKind kind, double low, double high, int most)
{
    if (low > high) std::swap(low, high);
    if (kind == ScaleKind::Log) {
        if (high <= 0) return {kind, 0.1, 10};
        if (low <= 0) low = high / 1000;
        if (low == high) low /= 2, high *= 2;
        return {kind, round_down(low), round_up(high)};
    }
    if (low == high) {
        if (high == 0)
            high = 1;
        else
            low = std::min(0.0, 2 * low), high = std::max(0.0, 2 * high);
    }
    const auto [step, first, last] = steps(low, high, most, true);
    return {kind, first * step, last * step};
}

std::vector<double> ticks(const Scale& scale, int most)
{
    if (scale.kind == ScaleKind::Linear) return linear_ticks(scale.low, scale.high, most);
    const auto limit = static_cast<size_t>(most);
    auto fine = log_ticks(scale, std::array{1.0, 2.0, 5.0});
    if (fine.size() < 2) return linear_ticks(scale.low, scale.high, most);
    if (fine.size() <= limit) return fine;
    const auto decades = log_ticks(scale, std::array{1.0});
    if (decades.size() < 2) return {fine.front(), fine.back()};
    const size_t stride = (decades.size() + limit - 1) / limit;
    std::vector<double> out;
    for (size_t i = 0; i < decades.size(); i += stride) out.push_back(decades[i]);
    return out;
}

} // namespace gueway
