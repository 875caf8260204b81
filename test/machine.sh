#!/bin/sh
# A machine of its own as far as programs can tell: this one's files, of which it changes a copy in memory, its own network,
# processes, and systemd as its first process. Runs until it is killed. machine.sh DIR: an empty folder, where its files are.
# Needs root, overlayfs and cgroups of version 2.
set -eu
dir=$1
[ "${2-}" = inside ] || exec unshare --mount --pid --fork --net --ipc --uts --cgroup --kill-child "$0" "$dir" inside

mount --make-rprivate /
mount -t tmpfs tmpfs "$dir"
mkdir "$dir/changes" "$dir/work" "$dir/root" "$dir/proc"
mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/changes,workdir=$dir/work" "$dir/root"
cd "$dir/root"
# What is of the whole machine in /proc/sys cannot be changed from here; what is of its network can.
mount -t proc proc proc
mount -t proc proc "$dir/proc"
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount --bind "$dir/proc/sys/net" proc/sys/net
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/shm dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
while read -r name major minor; do mknod -m 666 "dev/$name" c "$major" "$minor"; done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
ip link set lo up

# Nothing starts by itself but the journal, least of all what would touch devices or file systems.
units=etc/systemd/system
mkdir -p $units
printf '[Unit]\nDescription=A machine for tests\nWants=systemd-journald.service\n' > run/default.target
rm -f $units/default.target
mv run/default.target $units/default.target
for unit in systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service \
  systemd-timesyncd.service systemd-networkd.service systemd-resolved.service networking.service dbus.service dbus.socket \
  local-fs.target remote-fs.target swap.target timers.target paths.target getty.target; do
  ln -sf /dev/null "$units/$unit"
done
exec env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  chroot . /lib/systemd/systemd --system --show-status=no --log-level=warning --log-target=null
