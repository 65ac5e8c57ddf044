// SPDX-License-Identifier: GPL-2.0
/*
 * What all maps come to: flatmap/totals in debugfs. A map that has been destroyed counts
 * for as long as it has memory: until grace periods have ended, pins have been undone, and
 * descriptors have been closed (/proc/PID/fdinfo tells which).
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "limits.h"
#include "reap.h"
#include "totals.h"
#include "whole.h"

static struct dentry *fm_totals_dir;

static int fm_totals_show(struct seq_file *seq, void *unused)
{
	seq_printf(seq, "maps: %u\n", fm_wholes());
	seq_printf(seq, "region_bytes: %llu\n", fm_charged());
	seq_printf(seq, "departing: %u\n", fm_departing());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(fm_totals);

/**
 * fm_totals_init() - make the totals appear, if there is a debugfs
 *
 * Context: May sleep.
 */
void fm_totals_init(void)
{
	fm_totals_dir = debugfs_create_dir("flatmap", NULL);
	debugfs_create_file("totals", 0444, fm_totals_dir, NULL, &fm_totals_fops);
}

/**
 * fm_totals_exit() - undo fm_totals_init()
 */
void fm_totals_exit(void)
{
	debugfs_remove(fm_totals_dir);
}
