// SPDX-License-Identifier: GPL-2.0-only
// fmt's own implementation, compiled once. Debian ships it as a shared library only, which the
// guest's static init cannot use; and as headers alone it would be compiled again in every file,
// which doubles the time of a build.
#include <fmt/format-inl.h>

// Templates that <fmt/format.h> declares extern, in case some use of it is not inlined.
FMT_BEGIN_NAMESPACE
namespace detail {
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template thousands_sep_result<wchar_t> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template wchar_t decimal_point_impl(locale_ref);
template dragonbox::decimal_fp<float> dragonbox::to_decimal(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double) noexcept;
template locale_ref::locale_ref(const std::locale&);
template std::locale locale_ref::get<std::locale>() const;
} // namespace detail
FMT_END_NAMESPACE
