import { guardingConformance } from '../../conformance/guarding.ts';
import { needs } from '../../needs.ts';
import { openGuardedHost } from './guarded-host.ts';

guardingConformance('a guardian', { skip: needs(['ip', 'nft', 'root']) }, () => openGuardedHost('guardian'));
