/** Closes a host but for an overlay network, in stages that are each taken back where a later one fails. */
import { closeHost, keepBehind, proveBehind } from '../firewall/behind.ts';
import { leaveBehind, openHost } from '../firewall/reopen.ts';
import { keepListening, listenAnywhere, listenBehind } from '../host/listen.ts';
import type { Stage } from '../plan.ts';

/** A host, the network it is to be behind, or was, and who asked. */
interface Behind {
  host: string;
  overlay: string;
  kind: 'wireguard' | 'zerotier';
  by: string;
}

/**
 * From the first stage on the host is reached by the network. Its firewall is kept last: until then, what cannot be reached any
 * more takes back everything by itself.
 */
export function behindStages({ host, overlay, kind, by }: Behind): Stage[] {
  const where = { host, overlay };
  return [
    { name: 'close', steps: [closeHost({ ...where, by })] },
    { name: 'listen', steps: [listenBehind({ ...where, kind })] },
    { name: 'prove', steps: [proveBehind(where)] },
    { name: 'settle', steps: [keepListening({ ...where, kind })] },
    { name: 'keep', steps: [keepBehind({ ...where, by })] },
  ];
}

/** Lets a host be reached by any network again, as its configuration says; kept once Muster came in by its usual address. */
export function openStages({ host, overlay, kind, by }: Behind): Stage[] {
  const where = { host, overlay };
  return [
    { name: 'open', steps: [openHost({ ...where, by })] },
    { name: 'listen', steps: [listenAnywhere({ ...where, kind })] },
    { name: 'settle', steps: [leaveBehind(where)] },
    { name: 'keep', steps: [keepBehind({ ...where, by })] },
  ];
}
