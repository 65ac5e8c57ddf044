// SPDX-License-Identifier: GPL-2.0
#include <linux/bottom_half.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#ifdef CONFIG_X86_LOCAL_APIC
#include <asm/apic.h>
#include <asm/nmi.h>
#endif

#include "raise.h"

/* No interrupt takes that long to come. */
#define RAISE_MS	2000

/* What is to be done, and has it been? */
static void (*raise_action)(void *arg);
static void *raise_arg;
static enum raise_context raise_where;
static bool raise_ran;

/* Whatever else gets to @context leaves alone what is for another one. */
static void raise_now(enum raise_context context)
{
	void (*action)(void *arg) = READ_ONCE(raise_action);

	if (!action || raise_where != context)
		return;
	WRITE_ONCE(raise_action, NULL);
	action(raise_arg);
	WRITE_ONCE(raise_ran, true);
}

static void raise_softirq_action(struct tasklet_struct *tasklet)
{
	if (in_serving_softirq())
		raise_now(RAISE_SOFTIRQ);
}

static DECLARE_TASKLET(raise_tasklet, raise_softirq_action);

static void raise_hardirq_action(struct irq_work *work)
{
	if (in_hardirq())
		raise_now(RAISE_HARDIRQ);
}

static struct irq_work raise_irq_work = IRQ_WORK_INIT_HARD(raise_hardirq_action);

#ifdef CONFIG_X86_LOCAL_APIC

static int raise_nmi_action(unsigned int type, struct pt_regs *regs)
{
	if (!READ_ONCE(raise_action) || raise_where != RAISE_NMI)
		return NMI_DONE;
	if (in_nmi())
		raise_now(RAISE_NMI);
	return NMI_HANDLED;
}

int raise_init(void)
{
	return register_nmi_handler(NMI_LOCAL, raise_nmi_action, 0, "flatmap_raise");
}

void raise_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "flatmap_raise");
}

static void raise_nmi(void)
{
	apic->send_IPI_mask(cpumask_of(smp_processor_id()), NMI_VECTOR);
}

#else

int raise_init(void)
{
	return 0;
}

void raise_exit(void)
{
}

static void raise_nmi(void)
{
}

#endif

bool raise_possible(enum raise_context context)
{
	return context != RAISE_NMI || IS_ENABLED(CONFIG_X86_LOCAL_APIC);
}

bool raise_in(enum raise_context context, void (*action)(void *arg), void *arg)
{
	ktime_t end = ktime_add_ms(ktime_get(), RAISE_MS);

	raise_arg = arg;
	raise_where = context;
	WRITE_ONCE(raise_ran, false);
	WRITE_ONCE(raise_action, action);
	switch (context) {
	case RAISE_SOFTIRQ:
		local_bh_disable();
		tasklet_schedule(&raise_tasklet);
		local_bh_enable();
		break;
	case RAISE_HARDIRQ:
		irq_work_queue(&raise_irq_work);
		break;
	default:
		raise_nmi();
		break;
	}
	while (!READ_ONCE(raise_ran) && ktime_before(ktime_get(), end))
		cpu_relax();
	WRITE_ONCE(raise_action, NULL);
	return READ_ONCE(raise_ran);
}
