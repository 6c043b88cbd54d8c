/** What dnsmasq's log tells of machines that boot: who asked, what it got, and which files it fetched. */
import { basename } from 'node:path/posix';
import { FIRMWARES, type Firmware, type Sighting } from '../../boot.ts';
import { printable } from '../../shell.ts';

/** The architecture in a vendor class, like `PXEClient:Arch:00007:UNDI:003001`; see RFC 4578 and the UEFI specification. */
const FIRMWARE: Readonly<Record<number, Firmware>> = {
  0: 'bios',
  7: 'efi-x64',
  9: 'efi-x64',
  11: 'efi-arm64',
  16: 'efi-x64-http',
  19: 'efi-arm64-http',
};

/** How many transactions, addresses and transfers are kept in mind: a stranger may make up any number. */
const MOST = 2_048;
const MAC = '((?:[0-9a-f]{2}:){5}[0-9a-f]{2})';
const ADDRESS = '(\\d+\\.\\d+\\.\\d+\\.\\d+)';
const ASKED = new RegExp(`^DHCP(?:DISCOVER|REQUEST)\\(\\S+\\) (?:${ADDRESS} )?${MAC}`);
const ANSWERED = new RegExp(`^DHCP(OFFER|ACK)\\(\\S+\\) ${ADDRESS} ${MAC}`);
/** In proxy mode; with an address it was asked on port 4011, and says the file. */
const PROXY = new RegExp(`^PXE\\(\\S+\\) (?:${ADDRESS} )?${MAC} \\S`);
const WRONG_SERVER = new RegExp(`^DHCPNAK\\(\\S+\\) ${ADDRESS} ${MAC} wrong server-ID`);
const SENT = new RegExp(`^sent (.+) to ${ADDRESS}$`);
const FAILED = new RegExp(`^failed sending (.+) to ${ADDRESS}$`);
const MISSING = new RegExp(`^file (.+) not found for ${ADDRESS}$`);
/** Newer iPXE looks for it where it came from; that there is none is well. */
const OPTIONAL = 'autoexec.ipxe';
/** Codes 0 and 8 are how firmware ends a transfer by which it only wanted to know a size. */
const ERROR = new RegExp(`^error (\\d+) (.*) received from ${ADDRESS}$`);

/** What a line says of who asked whom, besides what was seen. */
export type Told = Sighting | { what: 'started' } | { what: 'rejected'; mac: string };

export class Lines {
  readonly #firmware = new Map<string, Firmware>();
  /** Who asked in a transaction and did not say in its vendor class what it has; in which ones iPXE asks. */
  readonly #unnamed = new Map<string, string>();
  readonly #ipxe = new Map<string, true>();
  readonly #macs = new Map<string, string>();
  readonly #errors = new Map<string, { code: number; message: string }>();

  /** What a line of the log tells; most tell nothing. */
  take(line: string): Told[] {
    const [, part, text = ''] = /^dnsmasq(-dhcp|-tftp)?(?:\[\d+\])?: (.*)$/.exec(line) ?? [];
    if (part === '-tftp') return this.#tftp(text);
    if (part === undefined) return text.startsWith('started, ') ? [{ what: 'started' }] : [];
    const [, transaction, rest = ''] = /^(\d+) (.*)$/.exec(text) ?? [];
    return transaction === undefined ? [] : this.#dhcp(transaction, rest);
  }

  /** Notes whose an address is, as somebody else saw. */
  learn(address: string, mac: string): void {
    keep(this.#macs, address, mac);
  }

  #dhcp(transaction: string, text: string): Told[] {
    const [, architecture] = /^vendor class: (?:PXE|HTTP)Client:Arch:(\d{5})/.exec(text) ?? [];
    const known = architecture === undefined ? undefined : FIRMWARE[Number(architecture)];
    if (known) keep(this.#firmware, transaction, known);
    const firmware = this.#firmware.get(transaction);
    const said = firmware === undefined ? {} : { firmware };
    if (text === 'user class: iPXE') keep(this.#ipxe, transaction, true);
    // What is given to iPXE is no matter of the firmware below it.
    const whose = this.#ipxe.has(transaction) ? {} : said;
    const [, tags] = /^tags: (.+)$/.exec(text) ?? [];
    if (tags !== undefined) return this.#tagged(transaction, tags.split(', '));
    const [, , asked] = ASKED.exec(text) ?? [];
    if (asked !== undefined) {
      if (!firmware) keep(this.#unnamed, transaction, asked);
      return [{ what: 'dhcp-asked', mac: asked, ...said }];
    }
    const [, kind, address, mac] = ANSWERED.exec(text) ?? [];
    if (address !== undefined && mac !== undefined) {
      this.learn(address, mac);
      return [{ what: kind === 'ACK' ? 'dhcp-acknowledged' : 'dhcp-offered', mac, address, ...whose }];
    }
    const [, from, told] = PROXY.exec(text) ?? [];
    if (told !== undefined) {
      if (from !== undefined) this.learn(from, told);
      if (!firmware) keep(this.#unnamed, transaction, told);
      return [
        { what: 'dhcp-asked', mac: told, ...said },
        { what: 'dhcp-offered', mac: told, ...whose },
      ];
    }
    const [, , rejected] = WRONG_SERVER.exec(text) ?? [];
    return rejected === undefined ? [] : [{ what: 'rejected', mac: rejected }];
  }

  /** What option 93 says, by our own settings: newer iPXE says it nowhere else. */
  #tagged(transaction: string, tags: readonly string[]): Told[] {
    const firmware = FIRMWARES.find((one) => tags.includes(one));
    const mac = this.#unnamed.get(transaction);
    if (firmware === undefined || mac === undefined || this.#firmware.has(transaction)) return [];
    keep(this.#firmware, transaction, firmware);
    return [{ what: 'dhcp-asked', mac, firmware }];
  }

  #tftp(text: string): Told[] {
    const [, code, message = '', from = ''] = ERROR.exec(text) ?? [];
    if (code !== undefined) {
      keep(this.#errors, from, { code: Number(code), message: printable(message).slice(0, 200) });
      return [];
    }
    const [, sent = '', to] = SENT.exec(text) ?? [];
    if (to !== undefined) {
      this.#errors.delete(to);
      return [{ what: 'loader-sent', ...this.#whose(to), file: fileOf(sent) }];
    }
    const [, missed = '', by] = MISSING.exec(text) ?? [];
    if (by !== undefined && fileOf(missed) === OPTIONAL) return [];
    if (by !== undefined)
      return [{ what: 'loader-failed', ...this.#whose(by), file: fileOf(missed), message: 'missing' }];
    const [, failed = '', at] = FAILED.exec(text) ?? [];
    if (at === undefined) return [];
    const error = this.#errors.get(at);
    this.#errors.delete(at);
    if (error && (error.code === 0 || error.code === 8)) return [];
    const why = error?.message ?? 'timeout';
    return [{ what: 'loader-failed', ...this.#whose(at), file: fileOf(failed), message: why }];
  }

  #whose(address: string): { address: string; mac?: string } {
    const mac = this.#macs.get(address);
    return mac === undefined ? { address } : { address, mac };
  }
}

const fileOf = (path: string): string => printable(basename(path)).slice(0, 100);

/** The oldest are forgotten first. */
function keep<Of>(map: Map<string, Of>, key: string, value: Of): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST) map.delete(oldest as string);
}
