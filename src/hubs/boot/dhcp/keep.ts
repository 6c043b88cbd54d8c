/** Keeps dnsmasq running as it is to be: started again whenever it ends, and whenever something else is wanted. */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dnsmasqConfig, type Fixed, hostsFile, type Net } from '../../../adapters/dnsmasq/config.ts';
import { dnsmasq, type Running } from '../../../adapters/dnsmasq/dnsmasq.ts';
import { Lines } from '../../../adapters/dnsmasq/lines.ts';
import type { Firmware, Sighting } from '../../../boot.ts';
import { asMusterError, type MusterError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Shell } from '../../../shell.ts';
import type { LoaderSet } from '../loaders.ts';
import { overhear } from './overhear.ts';
import { Rivals } from './rivals.ts';

/** How long until it is started again, twice as long each time; who ran for so long had begun well, ms. */
const PAUSE_MS = { first: 500, most: 30_000, well: 5_000 };

/** A network as it is wanted: where its files are is for whoever keeps it. */
export type WantedNet = Omit<Net, 'loaders' | 'tftp' | 'leases' | 'hosts'>;

export interface KeptNetParts {
  shell: Shell;
  /** What is wanted; undefined where machines find this host by other ways. */
  net(): WantedNet | undefined;
  /** Whose address is always the same. */
  fixed(): readonly Fixed[];
  loaders: LoaderSet;
  /** Where its files are: everybody may read in there, and nobody else has it. */
  folder: string;
  /** Where it keeps who has which address. */
  leases: string;
  seen(sighting: Sighting): void;
  /** Told where it ended by itself, and undefined once it is well again. */
  trouble(error: MusterError | undefined): void;
  log: Log;
}

export interface KeptNet {
  /** Has it look whether something else is wanted; resolves once that is so. */
  look(): Promise<void>;
  /** Resolves once it listens; at once where none is wanted. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it. Another one of the same folder, left by a process that was killed, is ended first. */
export async function keepNet(parts: KeptNetParts): Promise<KeptNet> {
  const kept = new Kept(parts);
  await kept.look();
  return kept;
}

class Kept implements KeptNet {
  readonly #parts: KeptNetParts;
  readonly #mark: string;
  readonly #rivals: Rivals;
  /** Of the dnsmasq that runs now. */
  #lines = new Lines();
  #config = '';
  #hosts = '';
  #now: { end: AbortController; done: Promise<void>; reload(): void } | undefined;
  #ready: { promise: Promise<void>; resolve(): void } = deferred();
  #hearing: { close(): Promise<void> } | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: KeptNetParts) {
    this.#parts = parts;
    this.#mark = `dnsmasq:${parts.folder}`;
    this.#rivals = new Rivals({
      own: () => {
        const net = parts.net();
        return { address: net?.address ?? '', proxy: net?.dhcp.mode === 'proxy' };
      },
      tell: (rival) => parts.seen({ what: 'dhcp-foreign', ...rival }),
    });
  }

  look(): Promise<void> {
    const look = this.#looking.then(() => this.#look());
    // What could not be done this time can be the next time.
    this.#looking = look.catch(() => {});
    return look;
  }

  ready(): Promise<void> {
    return this.#ready.promise;
  }

  async close(): Promise<void> {
    await this.#looking;
    await this.#stop();
    this.#rivals.close();
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  async #look(): Promise<void> {
    const { net, fixed, folder, leases, loaders } = this.#parts;
    const wanted = net();
    const tftp = join(folder, 'tftp');
    const files = { tftp, leases, hosts: join(folder, 'hosts') };
    const config = wanted ? dnsmasqConfig({ ...wanted, ...files, loaders: loaders.names }) : '';
    const hosts = hostsFile(fixed());
    if (config === '') this.#ready.resolve();
    const [other, moved] = [config !== this.#config, hosts !== this.#hosts];
    if (!other && !moved) return;
    if (config !== '') {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      await chmod(folder, 0o755);
      await write(files.hosts, hosts);
    }
    if (other && config !== '') {
      // Where this fails, the one that runs goes on as it is, and it is tried again.
      await write(join(folder, 'dnsmasq.conf'), config);
      await loaders.place(tftp);
    }
    if (other) await this.#stop();
    if (other && config !== '') this.#start();
    else this.#now?.reload();
    this.#config = config;
    this.#hosts = hosts;
  }

  #start(): void {
    const end = new AbortController();
    const running: { current?: Running } = {};
    this.#ready = deferred();
    this.#hearing = this.#overhear(end.signal);
    this.#now = {
      ...{ end, done: this.#keep(end.signal, running) },
      reload: () => running.current?.reload(),
    };
  }

  async #stop(): Promise<void> {
    const now = this.#now;
    this.#now = undefined;
    now?.end.abort();
    await now?.done;
    await this.#hearing?.close();
    this.#hearing = undefined;
  }

  async #keep(signal: AbortSignal, running: { current?: Running }): Promise<void> {
    const { shell, folder, log, trouble } = this.#parts;
    const server = dnsmasq.open({ shell: shell.marked(this.#mark), options: {} });
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      this.#lines = new Lines();
      const since = performance.now();
      const well = setTimeout(() => trouble(undefined), PAUSE_MS.well);
      try {
        // One that is left from before would have the port.
        await shell.sweep(this.#mark);
        running.current = server.start(join(folder, 'dnsmasq.conf'), {
          signal,
          onLine: (line) => this.#line(line),
        });
        await running.current.ended;
      } catch (error) {
        running.current = undefined;
        if (signal.aborted) return;
        if (performance.now() - since >= PAUSE_MS.well) pause = PAUSE_MS.first;
        const known = asMusterError(error);
        log.error({ err: error, lines: known.lines.slice(-5), pause }, 'dnsmasq ended; it is started again');
        trouble(known);
        clearTimeout(well);
        await sleep(pause, undefined, { signal }).catch(() => {});
        pause = Math.min(PAUSE_MS.most, pause * 2);
      } finally {
        clearTimeout(well);
      }
    }
  }

  #line(line: string): void {
    this.#parts.log.debug({ line }, 'dnsmasq');
    for (const told of this.#lines.take(line)) {
      if (told.what === 'started') this.#ready.resolve();
      else if (told.what === 'rejected') this.#rivals.here(told.mac);
      else {
        if (told.what === 'dhcp-asked') this.#rivals.here(told.mac);
        this.#parts.seen(told);
        if (told.what === 'dhcp-offered') this.#lacking(told);
      }
    }
  }

  /** Firmware that is offered an address and nothing to load says nothing of that: it goes on to its next device. */
  #lacking({ mac, address, firmware }: { mac: string; address?: string; firmware?: Firmware }): void {
    const file = firmware && this.#parts.loaders.lacks(firmware);
    if (file !== undefined)
      this.#parts.seen({ what: 'loader-failed', mac, address, file, message: 'missing' });
  }

  #overhear(signal: AbortSignal): { close(): Promise<void> } {
    return overhear((message) => {
      if (signal.aborted) return;
      const { kind, mac, address } = message;
      // Beside another server only this tells whose an address is.
      if (kind === 'acknowledge' && address !== undefined) {
        this.#lines.learn(address, mac);
        if (this.#rivals.isHere(mac)) this.#parts.seen({ what: 'dhcp-acknowledged', mac, address });
      }
      this.#rivals.heard(message);
    }, this.#parts.log);
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o644 });
  await chmod(`${path}.new`, 0o644);
  await rename(`${path}.new`, path);
}

function deferred(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
