// SPDX-License-Identifier: GPL-2.0
/*
 * The bench. Its debugfs directory has a file for each kind of round: `race`, between
 * tables that are full, `growth` and `latency`, of filling empty ones, and `simd`, of
 * batches. A write runs a round, a read then tells what came of it, in lines of words.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bench.h"
#include "lane.h"

#define BENCH_TEXT	SZ_16K

/* The fewest entries that rounds can be made of. */
#define BENCH_FEWEST	1024

static uint entries = 65536;
module_param(entries, uint, 0444);
MODULE_PARM_DESC(entries, "entries in each table, 1024 or more");

int bench_bpf_fd = -1;
module_param_named(bpf_fd, bench_bpf_fd, int, 0444);
MODULE_PARM_DESC(bpf_fd, "file descriptor of an empty BPF hash of that size, for the race");

static struct bench_work bench_work;
static struct dentry *bench_dir;
static DEFINE_MUTEX(bench_mutex); /* one round at a time; guards what follows */
static char *bench_text;
static size_t bench_text_size;

/**
 * bench_tell() - add to what came of the round
 * @format: of a line
 */
void bench_tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	bench_text_size += vscnprintf(bench_text + bench_text_size,
				      BENCH_TEXT - bench_text_size, format, args);
	va_end(args);
}

static ssize_t bench_write_round(struct file *file, const char __user *from,
				 size_t size, loff_t *at)
{
	int (*round)(const struct bench_work *work) = file_inode(file)->i_private;
	int err;

	mutex_lock(&bench_mutex);
	bench_text_size = 0;
	err = round(&bench_work);
	mutex_unlock(&bench_mutex);
	return err ?: size;
}

static ssize_t bench_read_round(struct file *file, char __user *to, size_t size,
				loff_t *at)
{
	ssize_t done;

	mutex_lock(&bench_mutex);
	done = simple_read_from_buffer(to, size, at, bench_text, bench_text_size);
	mutex_unlock(&bench_mutex);
	return done;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.write = bench_write_round,
	.read = bench_read_round,
};

static int __init bench_init(void)
{
	int err;

	if (entries < BENCH_FEWEST)
		return -EINVAL;
	bench_text = kmalloc(BENCH_TEXT, GFP_KERNEL);
	err = bench_text ? work_init(&bench_work, entries) : -ENOMEM;
	if (err) {
		work_exit(&bench_work);
		kfree(bench_text);
		return err;
	}
	bench_dir = debugfs_create_dir("flatmap_bench", NULL);
	debugfs_create_file("race", 0600, bench_dir, race_round, &bench_fops);
	debugfs_create_file("growth", 0600, bench_dir, growth_round, &bench_fops);
	debugfs_create_file("latency", 0600, bench_dir, latency_round, &bench_fops);
	debugfs_create_file("simd", 0600, bench_dir, simd_round, &bench_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(bench_dir);
	race_exit();
	simd_exit();
	work_exit(&bench_work);
	kfree(bench_text);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("flatmap's drag race");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
