/* SPDX-License-Identifier: GPL-2.0 */
/* linux/moduleparam.h, linux/export.h, linux/sysfs.h, linux/tracepoint.h, linux/version.h */
#ifndef BENCH_NATIVE_MODULE_H
#define BENCH_NATIVE_MODULE_H

#define KERNEL_VERSION(a, b, c)		(((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE		KERNEL_VERSION(7, 0, 0)
#define EXPORT_SYMBOL_GPL(name)		extern typeof(name) name
#define EXPORT_SYMBOL(name)		extern typeof(name) name
#define MODULE_PARM_DESC(name, text)

struct kernel_param { void *arg; };

struct kernel_param_ops {
	int (*set)(const char *value, const struct kernel_param *param);
	int (*get)(char *buffer, const struct kernel_param *param);
};

/* Parameters keep what they are at first. */
#define module_param_cb(name, ops, arg, mode) \
	_Static_assert(__builtin_types_compatible_p(typeof(*(ops)), \
						    const struct kernel_param_ops), #name)
#define sysfs_match_string(names, name)	((void)(names), (void)(name), -EINVAL)
#define sysfs_emit(buffer, ...)		sprintf(buffer, __VA_ARGS__)
#define kstrtoul(value, base, result)	((void)(value), *(result) = 0, 0)
#define param_get_ulong			NULL

#define TP_PROTO(...)			__VA_ARGS__
#define TRACE_EVENT(name, proto, ...)	static inline void trace_##name(proto) { }

#endif /* BENCH_NATIVE_MODULE_H */
