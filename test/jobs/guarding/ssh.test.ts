import { noSshd } from '../../adapters/ssh/sshd.ts';
import { guardingConformance } from '../../conformance/guarding.ts';
import { needs } from '../../needs.ts';
import { openGuardedHost } from './guarded-host.ts';

guardingConformance(
  'a timer on a host behind sshd',
  { skip: needs(['ip', 'nft', 'root']) || noSshd, only: 'connection' },
  () => openGuardedHost('ssh'),
);
