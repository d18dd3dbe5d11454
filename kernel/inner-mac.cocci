// SPDX-License-Identifier: GPL-2.0-only
// IPVS tunnels: the inner MAC header must start where the inner network header does.
//
// Follows upstream d7fce52fdf96 "ipvs: align inner_mac_header for encapsulation": without it the
// offset stays at the frame the director received, and software segmentation of GUE and GRE takes
// the distance from the transport header to it for the length of the tunnel header.
//
//     spatch --sp-file inner-mac.cocci -D patch  FILE   add what is missing (diff on stdout)
//     spatch --sp-file inner-mac.cocci -D report FILE   say per function whether it is fixed
//     spatch --sp-file inner-mac.cocci -D revert FILE   take the fix out (the vulnerable variant)
//
// All three are idempotent. patch and report name the functions "already fixed" on stderr, report
// also the ones that are "not fixed"; a function counts as fixed only if the offset is set after
// the inner protocol and before any encapsulation header is pushed.

virtual patch
virtual report
virtual revert

// The declarer, of 6.10 and later, is a macro: a function that the parser cannot read is skipped.
@fixed exists@
declarer name IP_TUNNEL_DECLARE_FLAGS;
identifier xmit =~ "^ip_vs_tunnel_xmit(_v6)?$";
expression skb;
position p;
@@
xmit@p(...)
{
	...
	skb_set_inner_ipproto(skb, ...);
	... when != ipvs_gue_encap(...)
	    when != ipvs_gre_encap(...)
	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	...
}

@script:python depends on (patch || report)@
xmit << fixed.xmit;
p << fixed.p;
@@
import sys
print("%s:%s: already fixed in %s" % (p[0].file, p[0].line, xmit), file=sys.stderr)

@unfixed depends on report exists@
identifier xmit =~ "^ip_vs_tunnel_xmit(_v6)?$";
expression skb;
position p != fixed.p;
@@
xmit@p(...)
{
	...
	skb_set_inner_ipproto(skb, ...);
	...
}

@script:python depends on report@
xmit << unfixed.xmit;
p << unfixed.p;
@@
import sys
print("%s:%s: not fixed in %s" % (p[0].file, p[0].line, xmit), file=sys.stderr)

@fix depends on patch@
identifier xmit =~ "^ip_vs_tunnel_xmit(_v6)?$";
expression skb;
position p != fixed.p;
@@
xmit@p(...)
{
	<...
	skb_set_inner_ipproto(skb, ...);
+	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	...>
}

@unfix depends on revert@
identifier xmit =~ "^ip_vs_tunnel_xmit(_v6)?$";
expression skb;
@@
xmit(...)
{
	<...
-	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	...>
}
