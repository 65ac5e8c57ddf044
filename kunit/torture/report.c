// SPDX-License-Identifier: GPL-2.0
/*
 * What a run says: its figures, and what was wrong.
 */
#define pr_fmt(fmt) "torture: " fmt

#include <linux/printk.h>
#include <linux/stdarg.h>

#include <linux/flatmap/step.h>

#include "torture.h"

/* So many violations are told; all are counted. */
#define REPORT_VIOLATIONS	20

static const char *const report_names[TORTURE_FIGURES] = {
	[TORTURE_OPERATIONS] = "operations",
	[TORTURE_FOUND] = "values read",
	[TORTURE_ABSENCES] = "absences",
	[TORTURE_INSERTED] = "values added",
	[TORTURE_REPLACED] = "values replaced",
	[TORTURE_DELETED] = "values deleted",
	[TORTURE_CLEARED] = "keys cleared of all values",
	[TORTURE_REFUSED] = "inserts refused, key there",
	[TORTURE_FULL] = "writes refused, map full",
	[TORTURE_LATER] = "writes told to come again",
	[TORTURE_WAITED] = "writes that waited for room",
	[TORTURE_PINNED] = "values pinned",
	[TORTURE_KEPT] = "pins kept",
	[TORTURE_SETS] = "sets of values read",
	[TORTURE_MODIFIED] = "values modified",
	[TORTURE_COUNTS] = "operations on counters",
	[TORTURE_PASSES] = "iterations",
	[TORTURE_NEXT] = "entries iterated over",
	[TORTURE_HELPS] = "helps",
	[TORTURE_RETRIES] = "retries",
	[TORTURE_DISPLACED] = "displacements",
	[TORTURE_FORWARDS] = "searches in a next region",
	[TORTURE_GROWN] = "growths that were due",
	[TORTURE_SHRUNK] = "shrinkings that were due",
	[TORTURE_STEPS] = "steps of forced resizing",
	[TORTURE_NESTED] = "operations nested at a hook",
	[TORTURE_HARDIRQ] = "hardirqs that operated",
	[TORTURE_SOFTIRQ] = "softirqs that operated",
	[TORTURE_HIT] = "of these inside an operation",
	[TORTURE_DELAYS] = "delays at a hook",
	[TORTURE_LONG] = "of these long",
	[TORTURE_PREEMPTED] = "preemptions at a hook",
	[TORTURE_ROUNDS] = "rounds",
	[TORTURE_RECORDED] = "operations in histories",
	[TORTURE_PAIRS] = "overlapping pairs in them",
	[TORTURE_RECYCLED] = "recycled blocks",
	[TORTURE_RESIZES] = "regions added",
	[TORTURE_MOVED] = "entries moved there",
	[TORTURE_HELPED] = "of these by writers",
	[TORTURE_RETIRED] = "regions retired",
	[TORTURE_HELD] = "of these held by pins",
	[TORTURE_FAILED] = "regions that were not to be had",
};

static const char *const report_kinds[TORTURE_KINDS] = {
	[TORTURE_LOOKUP] = "lookup",
	[TORTURE_PIN] = "pin",
	[TORTURE_INSERT] = "insert",
	[TORTURE_DELETE] = "delete",
	[TORTURE_REPLACE] = "replace",
	[TORTURE_DELETE_VALUE] = "delete value",
	[TORTURE_UPDATE] = "update",
	[TORTURE_UPSERT] = "upsert",
	[TORTURE_MODIFY] = "modify",
	[TORTURE_PUT] = "modify or insert",
	[TORTURE_ADD] = "add",
	[TORTURE_VALUES] = "values",
	[TORTURE_HAS] = "iteration",
	[TORTURE_CLEAR] = "delete of all",
};

const char *torture_kind_name(u32 kind)
{
	return report_kinds[kind];
}

/* Something that must not be was seen. */
void torture_violation(const char *format, ...)
{
	struct va_format message = { .fmt = format };
	va_list args;

	if (atomic_inc_return(&torture.violations) > REPORT_VIOLATIONS)
		return;
	va_start(args, format);
	message.va = &args;
	pr_err("VIOLATION: %pV\n", &message);
	va_end(args);
}

static void report_sum_up(void)
{
	u32 i, figure;

	for (i = 0; i < torture.sides * TORTURE_DEPTH; i++) {
		struct torture_actor *actor = torture_actor(i);

		for (figure = 0; figure < TORTURE_COUNTED; figure++)
			torture.figure[figure] += actor->figure[figure];
	}
}

/**
 * torture_report() - tell the figures
 *
 * What never happened was not tested: a figure of 0 is as bad as a violation.
 *
 * Return: true if nothing was wrong.
 */
bool torture_report(void)
{
	u32 figure;

	report_sum_up();
	for (figure = 0; figure < TORTURE_FIGURES; figure++) {
		pr_info("%-28s %12llu\n", report_names[figure], torture.figure[figure]);
		if (!torture.figure[figure])
			torture_violation("this run is worth nothing without %s",
					  report_names[figure]);
	}
	return !atomic_read(&torture.violations);
}
