/** A plan that waits for agreement, as one message. */
import type { Request } from '../../jobs/requests.ts';
import { humanDuration } from '../../units.ts';
import type { Button } from '../platform.ts';

/** The request as lines: what would be done, what it needs or how it was decided, what to do next. */
export function drawRequest(request: Request): string[] {
  const { id, title, by, text, need, approvals, decision, decided, planHash, drifted } = request;
  const what = `${title} · ${by.person}`;
  const plan = `Plan ${planHash.slice(0, 12)}: ${text} --dry-run`;
  switch (decision) {
    case 'open': {
      const changed = drifted
        ? ['The plan changed since it was agreed to: approvals are void. This is the plan now.']
        : [];
      const until = humanDuration(need.withinMs);
      if (need.count === 0)
        return [
          `○ ${what} · to be confirmed`,
          ...changed,
          plan,
          `Next: /confirm ${id} within ${until}, or /refuse ${id}`,
        ];
      const left = need.count - approvals.length;
      const given = approvals.length > 0 ? ` (approved by ${approvals.join(', ')})` : '';
      return [
        `○ ${what} · needs ${left} approval${left === 1 ? '' : 's'}${given}`,
        ...changed,
        `${need.rule}: by role ${need.from.join(' or ')}, not by ${by.person}, within ${until}`,
        plan,
        `Next: /approve ${id}, or /refuse ${id}`,
      ];
    }
    case 'granted':
      return [
        `● ${what} · ${approvals.length > 0 ? `approved by ${approvals.join(', ')}` : 'confirmed'}`,
        `Next: /job ${id}`,
      ];
    case 'refused':
      return [`✕ ${what} · refused by ${decided}`, `Next: ${text}, to ask again`];
    case 'expired':
      return [`✕ ${what} · nobody decided in time`, `Next: ${text}, to ask again`];
  }
}

export function requestButtons({ id, need, decision, text }: Request): Button[] {
  if (decision !== 'open') return [];
  const yes =
    need.count === 0
      ? { label: 'Confirm', line: `/confirm ${id}` }
      : { label: 'Approve', line: `/approve ${id}` };
  return [yes, { label: 'Refuse', line: `/refuse ${id}` }, { label: 'Show plan', line: `${text} --dry-run` }];
}
