import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteView } from '#core/contract/local/usher.ts';
import type { SiteHello } from '#core/contract/wire/site.ts';
import type { Clock } from '#core/ports/clock.ts';

/** Who belongs to the site, and who of them can be reached at this moment. */
export interface SiteMembers {
  /** False when there is no place for another one, or it is this machine. */
  add(machine: MachineId): boolean;
  lineChanged(machine: MachineId, isUp: boolean): void;
  /** It has said hello: from now on it can be asked. */
  greeted(machine: MachineId, hello: Pick<SiteHello, 'admits' | 'software'>): void;
  /** @param passedOver what of it this build does not know */
  heard(machine: MachineId, passedOver?: string): void;
  /** Its protocol is another one than ours. */
  speaks(machine: MachineId, protocol: number): void;
  isLineUp(machine: MachineId): boolean;
  isReachable(machine: MachineId): boolean;
  reachable(): readonly MachineId[];
  /** One beat has passed: those who have said nothing for too long. */
  beat(): readonly MachineId[];
  /** Gates that would have to be asked and cannot be. */
  missing(): readonly MachineId[];
  view(): SiteView;
}

export interface SiteMembersParts {
  readonly machine: MachineId;
  readonly clock: Clock;
  /** Those who have to be asked before somebody is let in. */
  readonly onMembers: (machines: readonly MachineId[]) => void;
  readonly onReachable: (machine: MachineId, isReachable: boolean) => void;
  /** It has said what this build does not know: once for each first such thing of a line, and not again for the same one when a line comes and goes. */
  readonly onPassedOver: (machine: MachineId, what: string) => void;
  /** It has another protocol. */
  readonly onProtocol: () => void;
}

interface Member {
  isLineUp: boolean;
  isReachable: boolean;
  /** Nobody has to ask a machine that lets nobody in. */
  admits: boolean;
  /** As it is shown. */
  since: string;
  /** Beats since anything was heard. */
  missed: number;
  /** As it was told last. */
  software?: string;
  protocol?: number;
  /** On this line. */
  later?: { messages: number; readonly first: string };
  /** What of it was told last. */
  told?: string;
}

export function createSiteMembers({ machine, clock, onMembers, onReachable, onPassedOver, onProtocol }: SiteMembersParts): SiteMembers {
  const members = new Map<MachineId, Member>();
  /** As it was asked for last, until something of it changes. */
  let view: SiteView | undefined;
  const named = (holds: (member: Member) => boolean): MachineId[] => {
    const names: MachineId[] = [];
    for (const [name, member] of members) if (holds(member)) names.push(name);
    return names;
  };
  const missing = (): MachineId[] => named(({ admits, isReachable }) => admits && !isReachable);
  const reach = (name: MachineId, member: Member, isReachable: boolean): void => {
    if (member.isReachable === isReachable) return;
    view = undefined;
    member.isReachable = isReachable;
    member.since = toIso(clock.wall());
    onReachable(name, isReachable);
  };
  const tellMembers = (): void => onMembers(named(({ admits }) => admits));

  return {
    add: (name) => {
      if (members.has(name)) return true;
      if (name === machine || members.size >= LIMITS.site.membersMax) return false;
      view = undefined;
      members.set(name, { isLineUp: false, isReachable: false, admits: true, since: toIso(clock.wall()), missed: 0 });
      tellMembers();
      return true;
    },
    lineChanged: (name, isUp) => {
      const member = members.get(name);
      if (member === undefined) return;
      reach(name, member, false);
      view = undefined;
      member.isLineUp = isUp;
      member.missed = 0;
      if (isUp) delete member.later;
    },
    greeted: (name, { admits, software }) => {
      const member = members.get(name);
      if (member === undefined) return;
      view = undefined;
      member.admits = admits;
      delete member.protocol;
      if (software === undefined) delete member.software;
      else member.software = software;
      tellMembers();
      reach(name, member, true);
    },
    heard: (name, passedOver) => {
      const member = members.get(name);
      if (member === undefined) return;
      member.missed = 0;
      if (passedOver === undefined) return;
      view = undefined;
      if (member.later !== undefined) member.later.messages += 1;
      else {
        member.later = { messages: 1, first: passedOver };
        if (member.told === passedOver) return;
        member.told = passedOver;
        onPassedOver(name, passedOver);
      }
    },
    speaks: (name, protocol) => {
      const member = members.get(name);
      if (member === undefined || member.protocol === protocol) return;
      member.protocol = protocol;
      view = undefined;
      onProtocol();
    },
    isLineUp: (name) => members.get(name)?.isLineUp === true,
    isReachable: (name) => members.get(name)?.isReachable === true,
    reachable: () => named(({ isReachable }) => isReachable),
    beat: () => {
      const silent: MachineId[] = [];
      for (const [name, member] of members) {
        if (!member.isLineUp) continue;
        member.missed += 1;
        if (member.missed > LIMITS.site.pingsMissedMax) silent.push(name);
      }
      return silent;
    },
    missing,
    view: () => {
      view ??= {
        state: members.size === 0 ? 'alone' : missing().length === 0 ? 'whole' : 'split',
        members: [...members].map(([name, member]) => viewOf(name, member)),
      };
      return view;
    },
  };
}

function viewOf(machine: MachineId, { isReachable, since, software, protocol, later }: Member): SiteView['members'][number] {
  return {
    machine,
    reachable: isReachable,
    since,
    ...(software === undefined ? {} : { software }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(later === undefined ? {} : { later: { ...later } }),
  };
}
