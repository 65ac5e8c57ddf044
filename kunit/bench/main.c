// SPDX-License-Identifier: GPL-2.0
/*
 * The bench. Its debugfs directory has a file for each kind of round: `reads` and `writes`,
 * of tables that are full, `fill` and `latency`, of filling empty ones, `churn`, `simd`, of
 * batches, and `primitives`, of what lanes are made of. A write runs a round, a read then
 * tells what came of it, in lines of words.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "bench.h"
#include "keys.h"
#include "tables.h"
#include "team.h"

#define BENCH_TEXT	SZ_256K

/* The fewest entries that rounds can be made of; others are multiples of eight. */
#define BENCH_FEWEST	1024

static uint entries = 65536;
module_param(entries, uint, 0444);
MODULE_PARM_DESC(entries, "entries in each table, 1024 or more, a multiple of 8");

static char *pattern = "";
module_param(pattern, charp, 0444);
MODULE_PARM_DESC(pattern, "of keys: sequential, pid, pointer, ipv4, or flow; random if empty");

static char *lanes = "";
module_param(lanes, charp, 0444);
MODULE_PARM_DESC(lanes, "names of lanes to race, with commas between them; all if empty");

static char *works = "";
module_param(works, charp, 0444);
MODULE_PARM_DESC(works, "names of works to time, with commas between them; all if empty");

char bench_shape[64] = BENCH_SHAPE;

static struct bench_keys bench_keys;
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

/* Is @name in @list, or that empty? */
static bool bench_wants(const char *list, const char *name)
{
	size_t size = strlen(name);

	if (!*list)
		return true;
	while (list) {
		if (!strncmp(list, name, size) && (!list[size] || list[size] == ','))
			return true;
		list = strchr(list, ',');
		if (list)
			list++;
	}
	return false;
}

bool bench_wants_lane(const char *name)
{
	return bench_wants(lanes, name);
}

bool bench_wants_work(const char *name)
{
	return bench_wants(works, name);
}

static ssize_t bench_write_round(struct file *file, const char __user *from,
				 size_t size, loff_t *at)
{
	int (*round)(const struct bench_keys *keys) = file_inode(file)->i_private;
	int err;

	mutex_lock(&bench_mutex);
	bench_text_size = 0;
	err = round(&bench_keys);
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

static void bench_free(void)
{
	team_exit();
	keys_exit(&bench_keys);
	kvfree(bench_text);
}

static int __init bench_init(void)
{
	const struct bench_pattern *found = pattern_find(pattern);
	int err;

	if (entries < BENCH_FEWEST || entries % 8 || !found)
		return -EINVAL;
	if (*found->name)
		scnprintf(bench_shape, sizeof(bench_shape), BENCH_SHAPE "/%s", found->name);
	bench_text = kvmalloc(BENCH_TEXT, GFP_KERNEL);
	err = bench_text ? keys_init(&bench_keys, entries, found) : -ENOMEM;
	if (!err)
		err = team_init(&bench_keys);
	if (err) {
		bench_free();
		return err;
	}
	bench_dir = debugfs_create_dir("flatmap_bench", NULL);
	debugfs_create_file("reads", 0600, bench_dir, reads_round, &bench_fops);
	debugfs_create_file("writes", 0600, bench_dir, writes_round, &bench_fops);
	debugfs_create_file("fill", 0600, bench_dir, fill_round, &bench_fops);
	debugfs_create_file("latency", 0600, bench_dir, latency_round, &bench_fops);
	debugfs_create_file("churn", 0600, bench_dir, churn_round, &bench_fops);
	debugfs_create_file("primitives", 0600, bench_dir, primitives_round, &bench_fops);
	debugfs_create_file("simd", 0600, bench_dir, simd_round, &bench_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(bench_dir);
	simd_exit();
	tables_exit();
	bench_free();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("flatmap's drag race, entries of " BENCH_SHAPE " bytes");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
