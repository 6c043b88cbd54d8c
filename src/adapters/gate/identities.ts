/** The routes over which identities are given: to managers for what they deploy, and to containers once more before theirs run out. */
import { HubKey, HubWanted } from '../../hub.ts';
import { type Authority, publicKeyOf } from './authority.ts';
import { bodyOf, type Route } from './route.ts';

export const identityRoutes = (authority: Authority): Route[] => [
  {
    for: 'manager',
    method: 'POST',
    path: '/v1/issue',
    async answer(asked) {
      const { caller, key } = bodyOf(HubWanted, asked);
      return { body: { ...authority.certify(caller, publicKeyOf(key)), place: authority.place(caller) } };
    },
  },
  {
    for: 'container',
    method: 'POST',
    path: '/v1/certificate',
    surely: true,
    async answer(asked) {
      const { key } = bodyOf(HubKey, asked);
      return { body: authority.certify(asked.caller, publicKeyOf(key)) };
    },
  },
];
