/** What machines are given as they boot: out of the configuration, the keys of groups, the Config hub, and their host keys. */
import type { Config } from '../../config/config.ts';
import type { Machine, Profile } from '../../config/machines.ts';
import { asMusterError, MusterError } from '../../errors.ts';
import { givenArchive } from '../../hubs/boot/given/archive.ts';
import { cloudDocument } from '../../hubs/boot/given/cloud-init.ts';
import type { Given, GivenFile, GivenNetwork } from '../../hubs/boot/given/given.ts';
import { placedAt, placedMachine } from '../../hubs/config/places.ts';
import type { FindSecret, Scene } from '../../hubs/config/scene.ts';
import { sound } from '../../jobs/files/scenes.ts';
import { hostKey } from '../../jobs/machine/host-key.ts';
import { Turns } from '../../jobs/machine/turns.ts';
import type { LiveState } from '../../jobs/step.ts';
import { messages } from '../../messages/messages.ts';
import { type BootKeys, saidOf } from './keys.ts';

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

export class Giving {
  readonly #parts: GivingParts;
  readonly #turns = new Turns();

  constructor(parts: GivingParts) {
    this.#parts = parts;
  }

  /**
   * The archive for a machine and the boot of this token; `mac` is that of the card it booted from. Rejects with `machine.file` where a file cannot be made, `machine.reserved` and `machine.hostkey`:
   * nothing is left out in silence.
   */
  async files(receiver: Receiver, _token: string, mac?: string): Promise<Buffer> {
    return givenArchive(await this.#given(receiver, mac), Math.floor(Date.now() / 1_000));
  }

  /** A document of cloud-init; undefined where there is none of that name. Rejects as `files` does. */
  async cloudInit(
    receiver: Receiver,
    token: string,
    name: string,
    mac?: string,
  ): Promise<string | undefined> {
    const url = `${this.#parts.base()}/v1/boots/${token}`;
    return cloudDocument(await this.#given(receiver, mac), { token, url, mac }, name);
  }

  async #given({ name, machine }: Receiver, booted: string | undefined): Promise<Given> {
    const config = this.#parts.config();
    const words = messages().machines.given;
    const wanted = machine.profile ?? config.boot.profile;
    const profile = wanted !== undefined && Object.hasOwn(config.profiles, wanted) && config.profiles[wanted];
    const mac = booted ?? machine.mac[0];
    const network = networkOf(machine, mac, config);
    const [{ logins, notes }, files, key] = await Promise.all([
      this.#logins(config, profile || undefined),
      this.#files(name, { ...machine, profile: wanted }, profile ? profile.files : []),
      this.#turns.take(name, () => hostKey(this.#parts.folder, name, this.#parts.state)),
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
    return { logins, notes: [...remarks.flatMap(saidOf), ...without.map((login) => words.nobody(login))] };
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
