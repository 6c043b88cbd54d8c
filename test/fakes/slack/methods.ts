/** Every method of the Web API that the fake has. */
import { fileMethods } from './files.ts';
import { messageMethods } from './messages.ts';
import { Refusal } from './refusal.ts';
import type { Method } from './service.ts';

const authTest: Method = ({ world, url }) => {
  const { team, user, bot } = world.identity;
  return { url, team: 'Fake', user: world.users.get(user)?.name, team_id: team, user_id: user, bot_id: bot };
};

const userInfo: Method = ({ world }, params) => {
  const user = world.users.get(params.text('user'));
  if (!user) throw new Refusal('user_not_found');
  return { user: { ...user, team_id: world.identity.team, real_name: user.name, deleted: false } };
};

const openConnection: Method = ({ sockets, url }) => ({
  url: `${url.replace('http', 'ws')}${sockets.path()}`,
});

/** The one method that takes the app's token instead of the bot's. */
export const OPEN_CONNECTION = 'apps.connections.open';

export const METHODS = new Map<string, Method>(
  Object.entries({
    'auth.test': authTest,
    'users.info': userInfo,
    [OPEN_CONNECTION]: openConnection,
    ...messageMethods,
    ...fileMethods,
  }),
);
