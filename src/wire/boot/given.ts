/** What machines are given as they boot: out of the configuration, the keys of groups, the Config hub, and their host keys. */
import type { Config } from '../../config/config.ts';
import type { Machine, Profile } from '../../config/machines.ts';
import { asMusterError, type ErrorCode, MusterError } from '../../errors.ts';
import { givenArchive } from '../../hubs/boot/given/archive.ts';
import { cloudDocument } from '../../hubs/boot/given/cloud-init.ts';
import type { Given, GivenFile, GivenNetwork } from '../../hubs/boot/given/given.ts';
import { placedAt, placedMachine } from '../../hubs/config/places.ts';
import type { FindSecret, Scene } from '../../hubs/config/scene.ts';
import { sound } from '../../jobs/files/scenes.ts';
import type { Remark } from '../../jobs/keys/input.ts';
import { hostKey } from '../../jobs/machine/host-key.ts';
import type { LiveState } from '../../jobs/step.ts';
import { messages } from '../../messages/messages.ts';
import type { BootKeys } from './keys.ts';

export interface GivingParts {
  config(): Config;
  /** The folder where this process keeps its state. */
  folder: string;
  state: LiveState;
  keys: Pick<BootKeys, 'of'>;
  scene(): Promise<Scene>;
  secret: FindSecret;
  /** How machines reach the boot server, like `http://10.77.0.1:8080`. */
  base(): string;
}

/** A machine that boots. */
export interface Receiver {
  name: string;
  machine: Machine;
}

/** The boot that it is given for; `mac` is that of the card it booted from. */
export interface ReceivingBoot {
  token: string;
  mac?: string;
}

export class Giving {
  readonly #parts: GivingParts;

  constructor(parts: GivingParts) {
    this.#parts = parts;
  }

  /**
   * The archive for a machine. Rejects with `machine.file` where a file cannot be made, `machine.reserved` and `machine.hostkey`:
   * nothing is left out in silence.
   */
  async filesFor(receiver: Receiver, boot: ReceivingBoot): Promise<Buffer> {
    return givenArchive(await this.#given(receiver, boot), Math.floor(Date.now() / 1_000));
  }

  /** A document of cloud-init; undefined where there is none of that name. Rejects as `filesFor` does. */
  async cloudInitFor(receiver: Receiver, boot: ReceivingBoot, name: string): Promise<string | undefined> {
    const url = `${this.#parts.base()}/v1/boots/${boot.token}`;
    return cloudDocument(await this.#given(receiver, boot), { ...boot, url }, name);
  }

  async #given({ name, machine }: Receiver, boot: ReceivingBoot): Promise<Given> {
    const config = this.#parts.config();
    const words = messages().machines.given;
    const wanted = machine.profile ?? config.boot.profile;
    const profile = wanted !== undefined && Object.hasOwn(config.profiles, wanted) && config.profiles[wanted];
    const mac = boot.mac ?? machine.mac[0];
    const network = networkOf(machine, mac, config);
    const [{ logins, notes }, files, key] = await Promise.all([
      this.#logins(config, profile || undefined),
      this.#files(name, { ...machine, profile: wanted }, profile ? profile.files : []),
      hostKey(this.#parts.folder, name, this.#parts.state),
    ]);
    return {
      machine: name,
      ...(network && { network }),
      hostKey: key,
      logins,
      files,
      services: profile ? profile.services : [],
      notes: [
        ...(wanted !== undefined && !profile ? [words.noProfile({ profile: wanted })] : []),
        ...(machine.address !== undefined && !network ? [words.noCard({ address: machine.address })] : []),
        ...notes,
      ],
    };
  }

  async #logins(config: Config, profile: Profile | undefined): Promise<Pick<Given, 'logins' | 'notes'>> {
    const { keys: lines, remarks } = await this.#parts.keys.of(
      config,
      Object.values(profile?.logins ?? {}).flat(),
    );
    const words = messages().machines.given;
    const logins = Object.entries(profile?.logins ?? {}).map(([user, groups]) => ({
      user,
      groups,
      keys: [...new Set(groups.flatMap((group) => lines.get(group) ?? []))],
    }));
    const without = logins.filter(({ keys }) => keys.length === 0);
    return { logins, notes: [...remarks.flatMap(said), ...without.map((login) => words.nobody(login))] };
  }

  async #files(name: string, machine: Machine, wanted: readonly string[]): Promise<GivenFile[]> {
    if (wanted.length === 0) return [];
    const { config, scene, secret } = this.#parts;
    const failed = (file: string, thrown: unknown) =>
      new MusterError(
        'machine.file',
        { machine: name, file, reason: asMusterError(thrown).message },
        { cause: thrown },
      );
    const current = await scene()
      .then(sound)
      .catch((thrown: unknown) => {
        throw failed(wanted.join(', '), thrown);
      });
    const { files: known } = config();
    return Promise.all(
      wanted.map(async (file) => {
        const settings = Object.hasOwn(known, file) ? known[file] : undefined;
        try {
          if (!settings) throw new MusterError('files.target', { name: file });
          const { text } = await current.make(placedAt(file, settings, name, placedMachine(machine)), secret);
          const { path, mode, owner, group } = settings;
          return { file, path, text, mode, owner, group };
        } catch (thrown) {
          throw failed(file, thrown);
        }
      }),
    );
  }
}

/** Its fixed address, with what the network's own settings say where its entry says nothing. */
function networkOf(
  { address, router, dns }: Machine,
  mac: string | undefined,
  { boot }: Pick<Config, 'boot'>,
): GivenNetwork | undefined {
  if (address === undefined || mac === undefined) return undefined;
  const own = boot.dhcp?.mode === 'authoritative' ? boot.dhcp : undefined;
  const way = router ?? (own && (own.router ?? boot.address));
  return { mac, address, ...(way && { router: way }), dns: dns.length > 0 ? dns : (own?.dns ?? []) };
}

/** What is said of keys: only what lets somebody in less than was wanted. */
function said(remark: Remark): string[] {
  const { given } = messages().machines;
  const words = messages().jobs.keys;
  switch (remark.kind) {
    case 'failed': {
      const { code, facts, source, count } = remark;
      const reason = new MusterError(code as ErrorCode, facts).message;
      return [count > 0 ? words.failed({ source, count, reason }) : given.noKeys({ source, reason })];
    }
    case 'empty':
      return remark.count > 0 ? [words.empty(remark)] : [];
    case 'many':
      return [words.held(remark)];
    case 'refused':
      return [words.refused({ person: remark.person, why: messages().config.keys.problems[remark.why] })];
  }
}
