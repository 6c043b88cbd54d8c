/** A network of its own: a switch with sockets for machines, a host that they boot from, and, where there is to be one, a host of somebody else's. */
import { qemu } from '../../../src/adapters/qemu/qemu.ts';
import { addNamespace, address, cable, type Namespace } from '../../../test/namespaces.ts';

/** The address of the host that machines boot from; what belongs to somebody else has another. */
export const OWN = '10.77.0.1';
export const OTHER = '10.77.0.2';
const MEMORY_MIB = 1_024;

export interface Lan {
  /** Where machines boot from: `br0` has `OWN`. */
  host: Namespace;
  /** The other host: its `eth0` has `OTHER`. */
  other: Namespace;
  /**
   * Switches machine `index` on, without KVM; `onLine` hears its console. What is given switches it off, and rejects where it had
   * ended by itself.
   */
  switchOn(index: number, firmware: 'bios' | 'uefi', onLine?: (line: string) => void): () => Promise<void>;
  close(): Promise<void>;
}

/** Lays it for so many machines. */
export async function openLan(machines: number): Promise<Lan> {
  const [host, other] = [await addNamespace(), await addNamespace()];
  const close = async () => {
    await host.remove();
    await other.remove();
  };
  try {
    await host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await address(host, 'br0', `${OWN}/24`);
    await cable(host, 'other', other, 'eth0');
    await host.run('ip', 'link', 'set', 'other', 'master', 'br0', 'up');
    await address(other, 'eth0', `${OTHER}/24`);
    for (let index = 0; index < machines; index += 1) {
      await host.run('ip', 'tuntap', 'add', 'dev', `tap${index}`, 'mode', 'tap');
      await host.run('ip', 'link', 'set', `tap${index}`, 'master', 'br0', 'up');
    }
  } catch (error) {
    await close();
    throw error;
  }
  const machine = qemu.open({ shell: host.shell, options: {} });
  return {
    host,
    other,
    switchOn(index, firmware, onLine = () => {}) {
      const off = new AbortController();
      const guest = {
        firmware,
        fast: false,
        cpus: 1,
        memory: MEMORY_MIB,
        mac: macOf(index),
        tap: `tap${index}`,
      };
      const ended = machine.run(guest, { signal: off.signal, onLine }).then(
        () => undefined,
        (error) => (off.signal.aborted ? undefined : (error as Error)),
      );
      return async () => {
        off.abort();
        const error = await ended;
        if (error) throw error;
      };
    },
    close,
  };
}

/** The card of a machine. */
export const macOf = (index: number): string => `52:54:00:77:00:0${index + 1}`;
