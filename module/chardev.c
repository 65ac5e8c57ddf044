// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/flatmap, and the descriptors that stand for maps.
 *
 * What is called is decided by the ioctl's type and number. The size that the
 * command carries as well is ignored, so that the structures can grow: they
 * say their size themselves, see args.h.
 */
#include <linux/anon_inodes.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "args.h"
#include "chardev.h"
#include "fields.h"
#include "map.h"
#include "schema.h"

/* The most bytes of names that one call returns; the caller asks again. */
#define FM_LIST_BYTES	SZ_64K

/* ---- A map's descriptor --------------------------------------------- */

static long fm_ioctl_stats(struct fm_named *named,
			   struct flatmap_ioc_stats __user *arg)
{
	struct flatmap_ioc_stats ioc;
	struct flatmap_stats stats;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_stats, blocks_free), 0, arg);
	if (err)
		return err;

	flatmap_stats(named->map, &stats);
	ioc.entries = stats.entries;
	ioc.capacity = stats.capacity;
	ioc.bytes = stats.bytes;
	ioc.slots = stats.slots;
	ioc.blocks = stats.blocks;
	ioc.blocks_free = stats.blocks_free;
	ioc.shards = stats.shards;
	ioc.regions = stats.regions;
	ioc.regions_pinned = stats.regions_pinned;
	ioc.resizes = stats.resizes;
	ioc.resizes_failed = stats.resizes_failed;
	ioc.moved = stats.moved;
	ioc.helped = stats.helped;
	ioc.simd = stats.simd;
	ioc.reserved = 0;
	ioc.refused = stats.refused;
	ioc.reserve_bytes = stats.reserve_bytes;
	return fm_put_args(arg, &ioc, sizeof(ioc));
}

static long fm_map_ioctl(struct file *file, unsigned int cmd,
			 unsigned long arg)
{
	struct fm_named *named = file->private_data;
	void __user *argp = (void __user *)arg;

	if (_IOC_TYPE(cmd) != FLATMAP_IOC_MAGIC)
		return -ENOTTY;
	if (READ_ONCE(named->destroyed))
		return -ENODEV;

	switch (_IOC_NR(cmd)) {
	case _IOC_NR(FLATMAP_IOC_INFO):
		return fm_ioctl_info(named, argp);
	case _IOC_NR(FLATMAP_IOC_STATS):
		return fm_ioctl_stats(named, argp);
	case _IOC_NR(FLATMAP_IOC_LOOKUP):
	case _IOC_NR(FLATMAP_IOC_INSERT):
	case _IOC_NR(FLATMAP_IOC_UPDATE):
	case _IOC_NR(FLATMAP_IOC_UPSERT):
	case _IOC_NR(FLATMAP_IOC_DELETE):
	case _IOC_NR(FLATMAP_IOC_ADD):
	case _IOC_NR(FLATMAP_IOC_DELETE_VALUE):
		return fm_ioctl_items(named, _IOC_NR(cmd), argp);
	case _IOC_NR(FLATMAP_IOC_VALUES):
		return fm_ioctl_values(named, argp);
	case _IOC_NR(FLATMAP_IOC_INCREMENT):
		return fm_ioctl_increment(named, argp);
	case _IOC_NR(FLATMAP_IOC_PAGE):
		return fm_ioctl_page(named, argp);
	default:
		return -ENOTTY;
	}
}

static int fm_map_release(struct inode *inode, struct file *file)
{
	fm_named_put(file->private_data);
	return 0;
}

/* What a descriptor holds shows here, also once its map has been destroyed. */
static void fm_map_show_fdinfo(struct seq_file *seq, struct file *file)
{
	struct fm_named *named = file->private_data;

	seq_printf(seq, "flatmap-name:\t%s\n", named->name);
	seq_printf(seq, "flatmap-bytes:\t%llu\n", fm_map_bytes(named->map));
	seq_printf(seq, "flatmap-destroyed:\t%d\n", READ_ONCE(named->destroyed));
}

static const struct file_operations fm_map_fops = {
	.owner		= THIS_MODULE,
	.release	= fm_map_release,
	.show_fdinfo	= fm_map_show_fdinfo,
	.unlocked_ioctl	= fm_map_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

/*
 * A descriptor that nobody can see before it is installed, and its file, which
 * takes the caller's reference to @named over (dropped on failure).
 */
static int fm_reserve_descriptor(struct fm_named *named, struct file **file)
{
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		fm_named_put(named);
		return fd;
	}

	*file = anon_inode_getfile("[flatmap]", &fm_map_fops, named, O_RDWR);
	if (IS_ERR(*file)) {
		put_unused_fd(fd);
		fm_named_put(named);
		return PTR_ERR(*file);
	}
	return fd;
}

/* ---- /dev/flatmap --------------------------------------------------- */

/* @name has room for FLATMAP_NAME_MAX + 1 characters. */
static int fm_get_name(char *name, u64 address)
{
	long length;

	length = strncpy_from_user(name, u64_to_user_ptr(address),
				   FLATMAP_NAME_MAX + 1);
	if (length < 0)
		return length;
	if (length > FLATMAP_NAME_MAX)
		return -ENAMETOOLONG;
	return length ? 0 : -EINVAL;
}

static bool fm_name_valid(const char *name)
{
	for (; *name; name++)
		if (!isascii(*name) || !isgraph(*name) || *name == '/')
			return false;
	return true;
}

static bool fm_name_taken(const char *name)
{
	struct fm_named *named = fm_registry_find(name);

	if (named)
		fm_named_put(named);
	return named;
}

/* The map that @ioc describes, not in the registry yet, or an ERR_PTR(). */
static struct fm_named *fm_create_named(const char *name,
					const struct flatmap_ioc_create *ioc)
{
	struct flatmap_params params = { };
	struct flatmap_field *fields;
	struct fm_named *named;

	if (!fm_type_fits(ioc->key_type, ioc->key_size))
		return ERR_PTR(-EINVAL);
	fields = fm_get_fields(ioc, &params.fields_count);
	if (IS_ERR(fields))
		return ERR_CAST(fields);

	params.entries = ioc->entries;
	params.max_entries = ioc->max_entries;
	params.max_bytes = ioc->max_bytes;
	params.key_size = ioc->key_size;
	params.value_size = ioc->value_size;
	params.hash = ioc->hash;
	params.flags = ioc->flags;
	params.fields = fields;
	named = fm_named_create(name, &params);
	kfree(fields);
	if (IS_ERR(named))
		return named;

	named->key_type = ioc->key_type;
	named->value_type = ioc->value_type;
	return named;
}

static long fm_ioctl_create(struct flatmap_ioc_create __user *arg)
{
	char name[FLATMAP_NAME_MAX + 1];
	struct flatmap_ioc_create ioc;
	struct fm_named *named;
	struct file *file;
	int err, fd;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_create, fields),
			  FLATMAP_FLAGS, arg);
	if (err)
		return err;
	err = fm_get_name(name, ioc.name);
	if (err)
		return err;
	if (!fm_name_valid(name))
		return -EINVAL;

	/* Spares a large allocation; fm_registry_add() is what decides. */
	if (fm_name_taken(name))
		return -EEXIST;

	named = fm_create_named(name, &ioc);
	if (IS_ERR(named))
		return PTR_ERR(named);

	fd = fm_reserve_descriptor(named, &file);
	if (fd < 0)
		return fd;

	err = fm_registry_add(named);
	if (err) {
		put_unused_fd(fd);
		fput(file);
		return err;
	}

	fd_install(fd, file);
	return fd;
}

static int fm_get_name_args(char *name, struct flatmap_ioc_name __user *arg)
{
	struct flatmap_ioc_name ioc;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_name, name), 0, arg);
	return err ?: fm_get_name(name, ioc.name);
}

static long fm_ioctl_open(struct flatmap_ioc_name __user *arg)
{
	char name[FLATMAP_NAME_MAX + 1];
	struct fm_named *named;
	struct file *file;
	int err, fd;

	err = fm_get_name_args(name, arg);
	if (err)
		return err;

	named = fm_registry_find(name);
	if (!named)
		return -ENOENT;

	fd = fm_reserve_descriptor(named, &file);
	if (fd < 0)
		return fd;

	fd_install(fd, file);
	return fd;
}

static long fm_ioctl_destroy(struct flatmap_ioc_name __user *arg)
{
	char name[FLATMAP_NAME_MAX + 1];
	int err;

	err = fm_get_name_args(name, arg);
	return err ?: fm_registry_remove(name);
}

static long fm_ioctl_list(struct flatmap_ioc_list __user *arg)
{
	char after[FLATMAP_NAME_MAX + 1] = "";
	struct flatmap_ioc_list ioc;
	size_t bytes;
	char *names;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_list, count), 0, arg);
	if (err)
		return err;
	if (ioc.after) {
		err = fm_get_name(after, ioc.after);
		if (err)
			return err;
	}

	bytes = min_t(u64, ioc.bytes, FM_LIST_BYTES);
	names = kvmalloc(bytes, GFP_KERNEL_ACCOUNT);
	if (!names)
		return -ENOMEM;

	err = fm_registry_list(after, names, &bytes, &ioc.count);
	ioc.bytes = bytes;
	if (!err && copy_to_user(u64_to_user_ptr(ioc.names), names, bytes))
		err = -EFAULT;
	kvfree(names);

	return err ?: fm_put_args(arg, &ioc, sizeof(ioc));
}

static long fm_device_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	void __user *argp = (void __user *)arg;

	if (_IOC_TYPE(cmd) != FLATMAP_IOC_MAGIC)
		return -ENOTTY;

	switch (_IOC_NR(cmd)) {
	case _IOC_NR(FLATMAP_IOC_CREATE):
		return fm_ioctl_create(argp);
	case _IOC_NR(FLATMAP_IOC_OPEN):
		return fm_ioctl_open(argp);
	case _IOC_NR(FLATMAP_IOC_DESTROY):
		return fm_ioctl_destroy(argp);
	case _IOC_NR(FLATMAP_IOC_LIST):
		return fm_ioctl_list(argp);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations fm_device_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= fm_device_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice fm_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "flatmap",
	.fops	= &fm_device_fops,
	.mode	= 0600,
};

/**
 * fm_chardev_init() - make /dev/flatmap appear
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno.
 */
int fm_chardev_init(void)
{
	return misc_register(&fm_device);
}

/**
 * fm_chardev_exit() - remove /dev/flatmap
 *
 * Every descriptor holds a reference to the module, so there are none.
 *
 * Context: task context, sleeps.
 */
void fm_chardev_exit(void)
{
	misc_deregister(&fm_device);
}
