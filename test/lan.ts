/** A network for machines: a switch with sockets for them, a host that they boot from, and one of somebody else's. */
import { addNamespace, address, cable, type Namespace } from './namespaces.ts';

/** The address of the host that machines boot from; that of somebody else's. Each network is one of its own: all can have the same. */
export const OWN = '10.77.0.1';
export const OTHER = '10.77.0.2';

export interface Lan {
  /** Where machines boot from: `br0` has `OWN`. */
  host: Namespace;
  /** The other host: its `eth0` has `OTHER`. */
  other: Namespace;
  /** Takes it away, with all that runs there. */
  close(): Promise<void>;
}

/** The socket of machine `index`: a tap device of the host. */
export const tapOf = (index: number): string => `tap${index}`;

/** Lays it with so many sockets. */
export async function openLan(sockets: number): Promise<Lan> {
  const made: Namespace[] = [];
  const add = async () => {
    const namespace = await addNamespace();
    made.push(namespace);
    return namespace;
  };
  const close = async () => {
    for (const { remove } of made) await remove();
  };
  try {
    const [host, other] = [await add(), await add()];
    await host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await address(host, 'br0', `${OWN}/24`);
    await cable(host, 'other', other, 'eth0');
    await host.run('ip', 'link', 'set', 'other', 'master', 'br0', 'up');
    await address(other, 'eth0', `${OTHER}/24`);
    for (let index = 0; index < sockets; index += 1) {
      await host.run('ip', 'tuntap', 'add', 'dev', tapOf(index), 'mode', 'tap');
      await host.run('ip', 'link', 'set', tapOf(index), 'master', 'br0', 'up');
    }
    return { host, other, close };
  } catch (error) {
    await close();
    throw error;
  }
}
