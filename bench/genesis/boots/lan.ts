/** A network whose machines are switched on one by one, with their consoles heard. */
import { qemu } from '../../../src/adapters/qemu/qemu.ts';
import { type Lan as Bare, openLan as openBare, tapOf } from '../../../test/lan.ts';

const MEMORY_MIB = 1_024;

export interface Lan extends Bare {
  /**
   * Switches machine `index` on, without KVM; `onLine` hears its console. What is given switches it off, and rejects where it had
   * ended by itself.
   */
  switchOn(index: number, firmware: 'bios' | 'uefi', onLine?: (line: string) => void): () => Promise<void>;
}

/** Lays it for so many machines. */
export async function openLan(machines: number): Promise<Lan> {
  const bare = await openBare(machines);
  const machine = qemu.open({ shell: bare.host.shell, options: {} });
  return {
    ...bare,
    switchOn(index, firmware, onLine = () => {}) {
      const off = new AbortController();
      const guest = {
        firmware,
        fast: false,
        cpus: 1,
        memory: MEMORY_MIB,
        mac: macOf(index),
        tap: tapOf(index),
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
  };
}

/** The card of a machine. */
export const macOf = (index: number): string => `52:54:00:77:00:0${index + 1}`;
