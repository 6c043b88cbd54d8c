/** A libvirt of a test's own: on a host or in a network of its own, with its own folders and daemons, which all go with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startHosts, type TestHost } from './hosts.ts';
import type { Namespace } from './namespaces.ts';
import { until } from './until.ts';

/** What such a test needs of the machine. */
export const LIBVIRT = ['root', 'ip', 'libvirtd', 'virsh', 'qemu-system-x86_64'];

const FOLDERS = ['/var/lib/libvirt', '/var/log/libvirt', '/var/cache/libvirt', '/etc/libvirt'];
/** No other users, no control groups, no namespaces: it is in some already. */
const QEMU =
  'user = "root"\ngroup = "root"\ndynamic_ownership = 0\nsecurity_driver = "none"\ncgroup_controllers = []\nnamespaces = []\n';

const SETUP = `
set -eu
for folder in "$@"; do mount -t tmpfs none "$folder"; done
mkdir -p /etc/libvirt/qemu /var/lib/libvirt/dnsmasq
printf '%s' '${QEMU}' >/etc/libvirt/qemu.conf
echo 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf
`;
const START = 'virtlogd --daemon\nlibvirtd --daemon\n';
/** It holds the daemons as long as its standard input is open. */
const HOLD = `mount -t tmpfs none /run
sockets=$1; shift
${SETUP}
printf 'unix_sock_dir = "%s"\n' "$sockets" >>/etc/libvirt/libvirtd.conf
${START}
cat >/dev/null`;

/** Starts one on a host of this name. */
export async function startLibvirt(name: string): Promise<{ host: TestHost; stop(): Promise<void> }> {
  const { hosts, stop } = await startHosts([name]);
  try {
    const [host] = hosts as [TestHost];
    await host.run('sh', '-c', SETUP + START, 'sh', ...FOLDERS);
    return { host, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts one in a network that is there already, whose bridges it can use; `uri` is its address from anywhere on this machine. */
export async function startLibvirtIn(
  { name }: Pick<Namespace, 'name'>,
  folder: string,
): Promise<{ uri: string; stop(): Promise<void> }> {
  const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const argv = [`--net=/run/netns/${name}`, '--', ...apart, 'sh', '-c', HOLD, 'sh', folder, ...FOLDERS];
  const holder = spawn('nsenter', argv, { stdio: ['pipe', 'ignore', 'inherit'] });
  const stop = async () => {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    const over = once(holder, 'exit');
    holder.stdin.end();
    await over;
  };
  const socket = join(folder, 'libvirt-sock');
  try {
    await until(async () => {
      if (holder.exitCode !== null) throw new Error('libvirtd does not start');
      return existsSync(socket);
    }, 'libvirtd listens');
    return { uri: `qemu+unix:///system?socket=${socket}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
