"""What the race ran on: the machine, as far as it decides about the figures."""
import datetime
import glob
import os
import platform
import subprocess


def _read(path):
    with open(path, encoding='utf-8') as file:
        return file.read().strip()


def _cpu():
    for line in _read('/proc/cpuinfo').splitlines():
        name, _, value = line.partition(':')
        if name.strip() == 'model name':
            return value.strip()
    return platform.machine()


def _caches():
    """Of the first CPU, like `L1 data 32K`."""
    return [f'L{_read(at + "/level")} {_read(at + "/type").lower()} {_read(at + "/size")}'
            for at in sorted(glob.glob('/sys/devices/system/cpu/cpu0/cache/index*')) if os.path.exists(at + '/size')]


def _commit():
    """Of the tree that was measured, with `-dirty` behind it where that had changes; None without one."""
    here = os.path.dirname(os.path.abspath(__file__))
    try:
        return subprocess.run(['git', '-C', here, 'describe', '--always', '--dirty'], capture_output=True, check=True,
                              text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _kernel(figures):
    if figures.harness == 'native':
        return f'none: a program, on Linux {platform.release()}'
    pages = f', its memory in pages of {page_words(figures.pages)} of the host' if figures.pages else ''
    return ' '.join(('User Mode Linux', figures.kernel or '')).strip() + pages


def page_words(kib):
    return f'{kib // 1024} MiB' if kib >= 1024 else f'{kib} KiB'


def describe(figures):
    return {
        'cpu': _cpu(),
        'cpus': len(os.sched_getaffinity(0)),
        'caches': _caches(),
        'harness': figures.harness,
        'kernel': _kernel(figures),
        'date': datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M UTC'),
        'commit': _commit(),
    }
