/** Simulated machines: switched on by a folder, they boot over HTTP as iPXE, an initramfs and a system would, with real checksums, and say how far they came. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BootDesk } from '../src/boot.ts';

const LOOK_MS = 30;
/** As `panic=10` has it, in less time. */
const PANIC_MS = 50;
const AGAIN_MS = 100;

export interface FleetParts {
  /** The folder of their switches: `NAME.on` is there while one is on: a folder, as to make one is a single moment. */
  folder: string;
  /** Where the boot server is on this machine. */
  port: number;
  machines: readonly { name: string; mac: string }[];
  /** Told what dnsmasq would see. */
  desk?: Pick<BootDesk, 'seen'>;
}

/** What a machine does with an image besides what its content says. */
export type Behaviour = 'well' | 'hangs in root' | 'service fails';

export class Fleet {
  /** The version with which each is up. */
  readonly up = new Map<string, string>();
  /** How often each began to boot which version. */
  readonly begun: { name: string; version: string }[] = [];
  /** How machines take versions that are sound by their content. */
  readonly behaviour = new Map<string, Behaviour>();
  readonly #parts: FleetParts;
  readonly #stop = new AbortController();
  readonly #on = new Map<string, { since: number; power: AbortController }>();
  readonly #done: Promise<unknown>;
  readonly #lives = new Set<Promise<void>>();

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#done = this.#watch().catch(() => {});
  }

  /** The power of a machine, as its configuration says it. */
  static power(folder: string, name: string) {
    const file = join(folder, `${name}.on`);
    return {
      kind: 'command',
      onArgv: ['mkdir', '--parents', '--', file],
      offArgv: ['rm', '--recursive', '--force', '--', file],
    };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const { power } of this.#on.values()) power.abort();
    await this.#done;
    await Promise.all(this.#lives);
  }

  async #watch(): Promise<void> {
    for (;;) {
      for (const { name, mac } of this.#parts.machines) {
        const since = statSync(join(this.#parts.folder, `${name}.on`), { throwIfNoEntry: false })?.ctimeMs;
        const on = this.#on.get(name);
        // It may have been off and on again since it was looked last.
        if (on && on.since !== since) {
          on.power.abort();
          this.#on.delete(name);
          this.up.delete(name);
        }
        if (since === undefined || this.#on.has(name)) continue;
        const power = new AbortController();
        this.#on.set(name, { since, power });
        const life = this.#live(name, mac, power.signal).catch(() => {});
        this.#lives.add(life);
        void life.then(() => this.#lives.delete(life));
      }
      await sleep(LOOK_MS, undefined, { signal: this.#stop.signal });
    }
  }

  /** From power-on to power-off. */
  async #live(name: string, mac: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const version = await this.#boot(name, mac, signal);
      if (version !== undefined) {
        this.up.set(name, version);
        return;
      }
      await sleep(PANIC_MS, undefined, { signal });
    }
  }

  /** Gives the version that it is up with; undefined where it restarts. */
  async #boot(name: string, mac: string, signal: AbortSignal): Promise<string | undefined> {
    const { desk } = this.#parts;
    desk?.seen({ what: 'dhcp-asked', mac, firmware: 'bios' });
    desk?.seen({ what: 'dhcp-offered', mac, address: '127.0.0.1' });
    desk?.seen({ what: 'dhcp-acknowledged', mac, address: '127.0.0.1' });
    desk?.seen({ what: 'loader-sent', mac, address: '127.0.0.1', file: 'undionly.kpxe' });
    const asked = `/v1/script?mac=${mac.replaceAll(':', '-')}&buildarch=i386&platform=pcbios`;
    const script = String((await this.#ask(asked, signal)).bytes);
    const kernel = /^kernel (\S+)/m.exec(script)?.[1];
    if (kernel === undefined) {
      await sleep(500, undefined, { signal });
      return undefined;
    }
    const word = (key: string) => new RegExp(` ${key}=(\\S+)`).exec(script)?.[1] ?? '';
    const initrd = /^initrd --name \S+ (\S+)/m.exec(script)?.[1] ?? '';
    await this.#ask(pathOf(kernel), signal);
    const version = String((await this.#ask(pathOf(initrd), signal)).bytes).split(' ')[1] ?? '';
    this.begun.push({ name, version });
    const home = pathOf(word('muster.boot'));
    const tell = (news: Record<string, string>) =>
      this.#ask(`${home}/events`, signal, `${new URLSearchParams({ outcome: 'reached', ...news })}`);
    const root = await this.#ask(pathOf(word('muster.root')), signal);
    const got = createHash('sha256').update(root.bytes).digest('hex');
    if (got !== word('muster.sha256')) {
      await tell({ stage: 'root', outcome: 'failed', cause: 'sha256', detail: `got ${got.slice(0, 8)}` });
      return undefined;
    }
    const behaviour = this.behaviour.get(version) ?? 'well';
    if (behaviour === 'hangs in root') await sleep(3_600_000, undefined, { signal });
    await tell({ stage: 'root' });
    await this.#ask(`${home}/files?claim=simulated`, signal);
    await tell({ stage: 'configured' });
    if (behaviour === 'service fails') {
      await tell({ stage: 'up', outcome: 'failed', cause: 'service', detail: 'nginx.service' });
      await sleep(3_600_000, undefined, { signal });
    }
    await tell({ stage: 'up' });
    return version;
  }

  /** Asks until somebody answers, as iPXE and an initramfs do while the boot server is away. */
  async #ask(path: string, signal: AbortSignal, body?: string): Promise<{ status: number; bytes: Buffer }> {
    for (;;) {
      try {
        return await this.#request(path, signal, body);
      } catch (error) {
        if (signal.aborted) throw error;
        await sleep(AGAIN_MS, undefined, { signal });
      }
    }
  }

  #request(path: string, signal: AbortSignal, body?: string): Promise<{ status: number; bytes: Buffer }> {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const to = { host: '127.0.0.1', port: this.#parts.port, path, headers, signal };
    return new Promise((resolve, reject) => {
      request({ ...to, method: body === undefined ? 'GET' : 'POST' }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts) }));
      })
        .on('error', reject)
        .end(body);
    });
  }
}

const pathOf = (url: string): string => url.replace(/^http:\/\/[^/]+/, '');
