/** All that a machine boots from: DHCP and TFTP by dnsmasq, scripts and images over HTTP. */
import type { Fixed } from '../../adapters/dnsmasq/config.ts';
import type { BootDesk } from '../../boot.ts';
import type { BootSettings } from '../../config/boot.ts';
import type { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Shell } from '../../shell.ts';
import { blobFolder } from './blob-file.ts';
import { keepNet, type WantedNet } from './dhcp/keep.ts';
import { openLoaders } from './loaders.ts';
import type { Route } from './route.ts';
import { type BootServerParts, openBootServer } from './server.ts';

export type BootPlace = Pick<BootSettings, 'interface' | 'address' | 'port' | 'dhcp' | 'downloads'>;

export interface BootParts {
  desk: BootDesk;
  /** As it is now; another address or port counts from the next start on. */
  settings(): BootPlace;
  /** Machines whose address is always the same. */
  fixed(): readonly Fixed[];
  /** The folder that belongs to Muster on this host: images are in its library, loaders of the operator's own in `loaders`. */
  root: string;
  /** A folder that nobody else has, which everybody may enter: dnsmasq reads what is in there as nobody. Gone once it is closed. */
  folder: string;
  /** Where is kept who has which address. */
  leases: string;
  /** Of the machine that this runs on. */
  shell: Shell;
  more?: readonly Route[];
  /** Called once it listens, and before any machine is answered by DHCP: only one can have the address, so that nobody else does this. */
  begin?(): Promise<void>;
  /** Told where dnsmasq ended by itself, and undefined once it is well again. */
  trouble(error: MusterError | undefined): void;
  log: Log;
  patience?: BootServerParts['patience'];
}

export interface OpenBoot {
  port: number;
  /** Has it look whether the settings or the fixed addresses are others. */
  look(): Promise<void>;
  /** Resolves once dnsmasq listens, too; at once where there is to be none. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Rejects with `boot.taken` where it cannot listen, `boot.loaders` where there is no iPXE, or as `begin` does. */
export async function openBoot(parts: BootParts): Promise<OpenBoot> {
  const { desk, settings, fixed, root, folder, leases, shell, more, begin, trouble, log, patience } = parts;
  const { address, port } = settings();
  const base = `http://${address}:${port}`;
  const loaders = await openLoaders([`${root}/loaders`]);
  const server = await openBootServer(
    {
      ...{ desk, base, log, more, patience },
      blobs: blobFolder(root),
      loader: (name) => loaders.get(name),
      downloads: () => settings().downloads,
    },
    { host: address, port },
  );
  const keep = async () => {
    await begin?.();
    return keepNet({
      ...{ shell, fixed, loaders, folder, leases, trouble, log },
      net: () => wantedNet(settings(), { address, base }),
      seen: (sighting) => desk.seen(sighting),
    });
  };
  const net = await keep().catch(async (error) => {
    await server.close();
    throw error;
  });
  return {
    port: server.port,
    look: () => net.look(),
    ready: () => net.ready(),
    async close() {
      await net.close();
      await server.close();
    },
  };
}

function wantedNet(
  { dhcp, interface: name }: BootPlace,
  { address, base }: { address: string; base: string },
): WantedNet | undefined {
  return dhcp && { interface: name, address, base, dhcp };
}
