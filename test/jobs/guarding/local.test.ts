import { guardingConformance } from '../../conformance/guarding.ts';
import { needs } from '../../needs.ts';
import { openGuardedHost } from './guarded-host.ts';

guardingConformance('a timer on this machine', { skip: needs(['ip', 'nft', 'root']) }, () =>
  openGuardedHost('local'),
);
