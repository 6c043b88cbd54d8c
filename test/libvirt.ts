/** A libvirt of a test's own: on a host of its own, with its own network, folders and daemons, which all go with it. */
import { startHosts, type TestHost } from './hosts.ts';

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
virtlogd --daemon
libvirtd --daemon
`;

/** Starts one on a host of this name. */
export async function startLibvirt(name: string): Promise<{ host: TestHost; stop(): Promise<void> }> {
  const { hosts, stop } = await startHosts([name]);
  try {
    const [host] = hosts as [TestHost];
    await host.run('sh', '-c', SETUP, 'sh', ...FOLDERS);
    return { host, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
