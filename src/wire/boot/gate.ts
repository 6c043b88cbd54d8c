/** Boots an image the true way: DHCP, TFTP, HTTP and a machine of QEMU, in a network that nobody else is in. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dnsmasq } from '../../adapters/dnsmasq/dnsmasq.ts';
import { localShell } from '../../adapters/local/shell.ts';
import { qemu } from '../../adapters/qemu/qemu.ts';
import type { Bootable } from '../../boot.ts';
import { asMusterError } from '../../errors.ts';
import { openBoot } from '../../hubs/boot/boot.ts';
import { FixedDesk, type Happening } from '../../hubs/boot/fixed-desk.ts';
import { Trial, type TrialFailure, type TrialNews, type TrialOrder } from '../../jobs/image/trial.ts';
import type { Log } from '../../log.ts';
import { printable } from '../../shell.ts';

/** The network is its own: these are nobody else's there. */
const NET = {
  interface: 'lan',
  address: '10.77.0.1',
  network: '10.77.0.0/24',
  prefix: 'fd77::',
  range: '10.77.0.50-10.77.0.150',
};
const PORT = 8_080;
/** Mounts are its own, too: nobody else sees what is in there. */
const PLACE = '/run';
/** What the console showed last: lines, and characters of each. */
const CONSOLE = { lines: 40, characters: 300 };
/** So that its console is heard; what an image says besides comes first. */
const HEARD = 'console=tty0 console=ttyS0,115200';
const MEBIBYTE = 1_048_576;
/** Who ends so soon could not use the processor's virtualisation, ms. */
const SOON_MS = 10_000;
const LOOK_MS = 500;

export interface GateParts {
  order: TrialOrder;
  say(news: TrialNews): void;
  log: Log;
}

/** Tries it until it is up or failed, and says how that went. Everything it started has ended then. */
export async function tryImage({ order, say, log }: GateParts): Promise<void> {
  const shell = localShell({ host: 'gate' });
  const trial = new Trial();
  const shown: string[] = [];
  const over = new AbortController();
  let began = performance.now();
  const since = () => Math.round(performance.now() - began);
  let verdict: 'up' | TrialFailure | undefined;
  const conclude = (end: 'up' | TrialFailure | undefined) => {
    verdict ??= end;
    if (verdict) over.abort();
  };
  const onHappening = (happening: Happening) => {
    const ms = since();
    const { stages, end } = trial.take(happening, ms);
    if (happening.kind === 'news') say({ kind: 'news', news: happening.news });
    for (const stage of stages) say({ kind: 'stage', stage, ms });
    conclude(end);
  };
  const { bootable } = order;
  const heard = { ...bootable, kernelLine: `${HEARD} ${bootable.kernelLine}`.trim() };
  const desk = new FixedDesk({ images: heard, onHappening });
  await lay(shell);
  const folder = `${PLACE}/muster-gate`;
  await mkdir(folder, { recursive: true });
  await announce(shell, folder, over.signal);
  const boot = await openBoot({
    ...{ desk, shell, log, root: order.root, folder: `${folder}/net`, leases: `${folder}/leases` },
    settings: () => ({
      ...{ interface: NET.interface, address: NET.address, port: PORT, downloads: 16 },
      dhcp: { mode: 'authoritative', range: NET.range, network: NET.network, dns: [], lease: 3_600_000 },
    }),
    fixed: () => [],
    trouble: (error) => error && say({ kind: 'line', text: error.message }),
  });
  try {
    await boot.ready();
    const guest = {
      ...{ firmware: order.firmware, tap: NET.interface, cpus: 1, memory: memoryFor(bootable) },
      mac: `52:54:00:${randomBytes(3).toString('hex').match(/../g)?.join(':')}`,
    };
    const onLine = (line: string) => {
      const text = printable(plain(line)).trim().slice(0, CONSOLE.characters);
      if (text === '') return;
      shown.push(text);
      if (shown.length > CONSOLE.lines) shown.shift();
      say({ kind: 'line', text });
    };
    const machine = qemu.open({ shell, options: {} });
    const run = async (fast: boolean): Promise<void> => {
      began = performance.now();
      const ended = await machine.run({ ...guest, fast }, { signal: over.signal, onLine }).then(
        () => '',
        (error) => asMusterError(error).message,
      );
      if (over.signal.aborted) return;
      if (fast && trial.reached.size === 0 && since() < SOON_MS) return run(false);
      conclude(trial.ended(ended));
    };
    const running = run(order.fast && (await usable('/dev/kvm')));
    while (!over.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: over.signal }).catch(() => {});
      conclude(trial.look(since()));
    }
    const ms = since();
    await running;
    const failure = verdict === 'up' ? undefined : verdict;
    say({ kind: 'end', ms, ...(failure && { failure }), console: shown });
  } finally {
    over.abort();
    await boot.close();
    await shell.close();
  }
}

/** A line of a console as it is seen: without what clears it, and without what was wiped out. */
const plain = (line: string): string => line.replaceAll(/\x1bc|\r|(?:\x08 ?)+/g, '');

/** A place in memory, and a cable for one machine, with this process at its other end. */
async function lay(shell: ReturnType<typeof localShell>): Promise<void> {
  const { interface: name, address } = NET;
  // What is written there is gone with the last of these processes.
  await shell.run(['mount', '-t', 'tmpfs', '-o', 'mode=0755', 'none', PLACE]);
  await shell.run(['ip', 'link', 'set', 'lo', 'up']);
  await shell.run(['ip', 'tuntap', 'add', 'dev', name, 'mode', 'tap']);
  await shell.run(['ip', 'address', 'add', `${address}/24`, 'dev', name]);
  await shell.run(['ip', 'link', 'set', name, 'up']);
}

/**
 * Answers who looks for a router of IPv6 that there is none: iPXE waits a quarter of a minute for that, with the processor busy, before
 * it goes on with the address that it has.
 */
async function announce(
  shell: ReturnType<typeof localShell>,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { interface: name, prefix } = NET;
  await shell.run(['ip', '-6', 'address', 'add', `${prefix}1/64`, 'dev', name, 'nodad']);
  const config = `${folder}/announce.conf`;
  const lines = [
    ...['port=0', 'no-resolv', 'no-hosts', 'pid-file=', 'log-facility=-', 'user=nobody', 'group=nogroup'],
    ...[`interface=${name}`, 'bind-interfaces', 'enable-ra', `dhcp-range=${prefix},ra-only,64`],
    // For no time at all it is a router.
    `ra-param=${name},10,0`,
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  // Without it everything only takes longer.
  void dnsmasq
    .open({ shell, options: {} })
    .start(config, { signal })
    .ended.catch(() => {});
}

/** All of it is in memory, a system beside it; what comes packed is there twice for a while. MiB. */
function memoryFor({ root, initrd, format }: Bootable): number {
  const times = format === 'tar.xz' ? 6 : 1;
  const needed = 768 + (root.bytes * times + initrd.bytes * 4) / MEBIBYTE;
  return Math.ceil(needed / 256) * 256;
}

const usable = (file: string): Promise<boolean> =>
  access(file, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
