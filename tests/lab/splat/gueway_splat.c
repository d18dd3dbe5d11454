// SPDX-License-Identifier: GPL-2.0-only
/*
 * Misbehaves on load, as asked, so that the lab's judge is tried on what a real kernel says.
 * For lab guests only: most modes take the machine down.
 *
 *     insmod gueway_splat.ko mode=MODE
 *
 *     none     nothing; the load succeeds
 *     warn     one WARN; the load succeeds
 *     bug      BUG() in the loading task, which dies; the kernel goes on unless panic_on_oops
 *     oops     a read of address 8, likewise
 *     panic    panic()
 *     lockup   this CPU spins in the kernel with preemption off; the RCU stall detector reports it
 *              after 21 s, later the soft lockup detector
 *     hang     this CPU spins with interrupts off: another CPU's RCU stall detector reports it, on
 *              a guest of one CPU nothing can
 *     hung     the loading task sleeps uninterruptibly for good: hung task detector's case
 *     atomic   sleeps with preemption off: "scheduling while atomic"; the load succeeds
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *mode = "none";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "none, warn, bug, oops, panic, lockup, hang, hung or atomic");

static void splat_none(void)
{
}

static void splat_warn(void)
{
	WARN(1, "asked for by mode=warn\n");
}

static void splat_bug(void)
{
	BUG();
}

static void splat_oops(void)
{
	READ_ONCE(*(int *)8);
}

static void splat_panic(void)
{
	panic("asked for by mode=panic");
}

static void splat_lockup(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

static void splat_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static void splat_hung(void)
{
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}

static void splat_atomic(void)
{
	preempt_disable();
	msleep(1);
	preempt_enable();
}

static const struct {
	const char *name;
	void (*act)(void);
} modes[] = {
	{"none", splat_none},
	{"warn", splat_warn},
	{"bug", splat_bug},
	{"oops", splat_oops},
	{"panic", splat_panic},
	{"lockup", splat_lockup},
	{"hang", splat_hang},
	{"hung", splat_hung},
	{"atomic", splat_atomic},
};

static int __init splat_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(mode, modes[i].name))
			continue;
		pr_info("mode %s\n", mode);
		modes[i].act();
		return 0;
	}
	pr_err("mode \"%s\" is unknown\n", mode);
	return -EINVAL;
}
module_init(splat_init);

static void __exit splat_exit(void)
{
}
module_exit(splat_exit);

MODULE_DESCRIPTION("Provokes kernel splats on request, for tests of the lab");
MODULE_LICENSE("GPL");
