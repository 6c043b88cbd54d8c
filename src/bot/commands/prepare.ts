import { z } from 'zod';
import { hasFirewall } from '../../config/host-firewall.ts';
import { overlayBefore } from '../../config/overlays.ts';
import { MusterError } from '../../errors.ts';
import { needsOf } from '../../jobs/host/needs.ts';
import { targetsOn } from '../../jobs/keys/targets.ts';
import { behindOf } from '../../jobs/networks.ts';
import { membersOf } from '../../jobs/overlay/members.ts';
import { behindStages, openStages } from '../../jobs/plans/behind.ts';
import { keysStages } from '../../jobs/plans/keys.ts';
import { joinStages } from '../../jobs/plans/overlay.ts';
import { preparePlan } from '../../jobs/plans/prepare.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, overlayOf } from '../known.ts';

export const prepare = defineCommand({
  name: 'prepare',
  about: () => messages().commands.prepare,
  examples: ['prepare local', 'prepare web-1 --dry-run'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'change',
  scope: ({ host }) => `host/${host}`,
  async plan({ host }, house) {
    const { config, keys } = house;
    hostOf(config, host);
    const targets = targetsOn(config, [host]);
    const groups = [...new Set(targets.flatMap((target) => target.groups))];
    const stages = keysStages(targets, await keys.gather(config, groups, false));
    return preparePlan({
      host,
      needs: needsOf(config, host),
      keys: stages,
      behind: await behindFor(host, house),
    });
  },
});

/**
 * What takes a host behind its network: membership, the proof of it, and closing all else; or what lets it be reached by any
 * again where it is behind one that it is not to be behind any more. Nothing for others.
 */
async function behindFor(host: string, { config, state, caller }: House) {
  const overlay = overlayBefore(config, host);
  const noted = await behindOf(state, host);
  const parts = { host, by: caller.person };
  const left = noted && noted.overlay !== overlay ? noted.overlay : undefined;
  const kind = left !== undefined && config.overlays[left]?.kind === 'zerotier' ? 'zerotier' : 'wireguard';
  const stages = left === undefined ? [] : openStages({ ...parts, overlay: left, kind });
  if (overlay === undefined) return stages.length > 0 ? { stages } : undefined;
  if (!hasFirewall(config, host)) throw new MusterError('behind.firewall', { host, overlay });
  const settings = overlayOf(config, overlay);
  const scene = { config, name: overlay, settings, members: await membersOf(state, overlay) };
  const close = behindStages({ ...parts, overlay, kind: settings.kind });
  return { overlay, stages: [...stages, ...joinStages(scene, host), ...close] };
}
