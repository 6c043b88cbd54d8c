/** What the app is told, as docs.slack.dev/reference/events and /reference/interaction-payloads. */
import type { Block } from './blocks.ts';
import type { Delivery } from './deliveries.ts';
import type { Service } from './service.ts';
import { markupOf } from './text.ts';
import { type Channel, type Held, messageObject, type User, type World } from './world.ts';

/** Tells an event; nothing where the bot is not in the channel. */
export function tell(
  { world, deliveries }: Service,
  channel: Channel,
  event: Record<string, unknown>,
): Delivery[] {
  if (!channel.joined) return [];
  const { team, app, user } = world.identity;
  const event_ts = world.ts();
  return [
    deliveries.add('events_api', {
      token: 'legacy',
      team_id: team,
      api_app_id: app,
      event: { ...event, channel: channel.id, event_ts },
      type: 'event_callback',
      event_id: world.id('Ev'),
      event_time: world.seconds(),
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: user, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
    }),
  ];
}

/** A new message is an event, and two where it mentions the bot: `message` and `app_mention` with one `ts`. */
export function tellMessage(service: Service, channel: Channel, held: Held): Delivery[] {
  const { world } = service;
  const event = messageObject(world, held);
  const mentioned =
    held.user !== world.identity.user && markupOf(held.text).mentions.includes(`@${world.identity.user}`);
  return [
    ...tell(service, channel, { ...event, channel_type: channel.type }),
    ...(mentioned && channel.type !== 'im' ? tell(service, channel, { ...event, type: 'app_mention' }) : []),
  ];
}

/** A message was changed or taken away; the bot is told of its own as well. */
export function tellChange(
  service: Service,
  channel: Channel,
  subtype: 'message_changed' | 'message_deleted',
  previous: Record<string, unknown>,
  held: Held,
): Delivery[] {
  const what =
    subtype === 'message_changed' ? { message: messageObject(service.world, held) } : { deleted_ts: held.ts };
  return tell(service, channel, {
    type: 'message',
    subtype,
    hidden: true,
    ts: service.world.ts(),
    ...what,
    previous_message: previous,
    channel_type: channel.type,
  });
}

/** Commands are told wherever they are typed. Limit: `response_url` has always expired. */
export function commandPayload(
  service: Service,
  channel: Channel,
  user: User,
  command: string,
  text: string,
) {
  const { identity } = service.world;
  return {
    token: 'legacy',
    team_id: identity.team,
    team_domain: 'fake',
    channel_id: channel.id,
    channel_name: channel.type === 'im' ? 'directmessage' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: identity.app,
    is_enterprise_install: 'false',
    response_url: `${service.url}/commands/expired`,
    trigger_id: triggerOf(service.world),
  };
}

/** The press of a button of a message. */
export function pressPayload(
  service: Service,
  channel: Channel,
  held: Held,
  user: User,
  button: Block & { block_id: string },
) {
  const { world } = service;
  const { identity } = world;
  return {
    type: 'block_actions',
    user: { id: user.id, username: user.name, name: user.name, team_id: identity.team },
    api_app_id: identity.app,
    token: 'legacy',
    container: { type: 'message', message_ts: held.ts, channel_id: channel.id, is_ephemeral: false },
    trigger_id: triggerOf(world),
    team: { id: identity.team, domain: 'fake' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel.id, name: channel.name },
    message: messageObject(world, held),
    state: { values: {} },
    response_url: `${service.url}/actions/expired`,
    actions: [{ ...button, action_ts: world.ts() }],
  };
}

/** The same however often the same thing is told. */
const triggerOf = (world: World): string => `${world.ts()}.${world.id('').toLowerCase()}`;
