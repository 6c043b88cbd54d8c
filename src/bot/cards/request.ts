/** A plan that waits for agreement, as one message. */
import type { Request } from '../../jobs/requests.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { Button } from '../platform.ts';

/** The request as lines: what would be done, what it needs or how it was decided, what to do next. */
export function drawRequest(request: Request): string[] {
  const { id, title, by, text, need, approvals, decision, decided, planHash, drifted, shows = [] } = request;
  const { phrases, cards } = messages();
  const words = cards.request;
  const what = `${title} · ${by.person}`;
  const plan = words.plan({ hash: shortHash(planHash), line: `${text} --dry-run` });
  switch (decision) {
    case 'open': {
      const changed = drifted ? [words.drifted] : [];
      const until = humanDuration(need.withinMs);
      if (need.count === 0)
        return [
          `○ ${words.toConfirm({ what })}`,
          ...changed,
          ...shows,
          plan,
          phrases.next({ line: words.confirm({ id, until }) }),
        ];
      const left = need.count - approvals.length;
      return [
        `○ ${words.needs({ what, left, approvals })}`,
        ...changed,
        ...shows,
        words.rule({ rule: need.rule, roles: need.from, by: by.person, until }),
        plan,
        phrases.next({ line: words.approve({ id }) }),
      ];
    }
    case 'granted':
      return [`● ${words.granted({ what, approvals })}`, phrases.next({ line: `/job ${id}` })];
    case 'refused':
      return [
        `✕ ${words.refused({ what, by: decided })}`,
        phrases.next({ line: words.again({ line: text }) }),
      ];
    case 'stopped':
      return [
        `✕ ${words.stopped({ what, approvals })}`,
        ...(request.reason ?? '').split('\n'),
        phrases.next({ line: words.again({ line: text }) }),
      ];
    case 'expired':
      return [`✕ ${words.expired({ what })}`, phrases.next({ line: words.again({ line: text }) })];
  }
}

/** What people press under a request; a yes is bound to the plan that the message shows. */
export function requestButtons({ id, need, decision, text, planHash }: Request): Button[] {
  if (decision !== 'open') return [];
  const { buttons } = messages().cards;
  const yes =
    need.count === 0
      ? { label: buttons.confirm, line: `/confirm ${id} ${shortHash(planHash)}` }
      : { label: buttons.approve, line: `/approve ${id} ${shortHash(planHash)}` };
  return [
    yes,
    { label: buttons.refuse, line: `/refuse ${id}` },
    { label: buttons.plan, line: `${text} --dry-run` },
  ];
}

const shortHash = (hash: string): string => hash.slice(0, 12);
