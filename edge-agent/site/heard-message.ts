import { err, ok, type Result } from '#core/base/result.ts';
import { readMustIgnore } from '#core/contract/must-ignore.ts';
import { SITE_PROTOCOL, SiteMessage } from '#core/contract/wire/site.ts';

/**
 * The door for what another member says. While a cinema's gates are brought up to date one after the other, a later build speaks to an earlier one: what the
 * earlier does not know is passed over and told, everything else is held to its bounds, or the line ends.
 */
export interface HeardMessage {
  readonly message: SiteMessage | UnknownMessage | OtherProtocol;
  /** What of it this build does not know: `claim.hurry`. Of a later build. */
  readonly passedOver?: string;
}

/** A kind of message that this build does not know. Nobody is owed an answer to it. */
export interface UnknownMessage {
  readonly t: 'unknown';
}

/** A hello of a member whose words could be misunderstood; nothing else of it is read. */
export interface OtherProtocol {
  readonly t: 'other-protocol';
  readonly v: number;
}

const KIND = /^[a-z][a-z-]{0,31}$/;
const KNOWN: ReadonlySet<string> = new Set(SiteMessage.options.map((option) => option.shape.t.value));
const VERSION_MAX = 1_000;
const NAME_MAX = 60;

/**
 * An error is one sentence about what is wrong.
 *
 * @param value fresh from JSON: what is unknown is taken out of it
 */
export function readSiteMessage(value: unknown): Result<HeardMessage, string> {
  const { t, v } = headOf(value);
  if (typeof t === 'string' && KIND.test(t) && !KNOWN.has(t)) return ok({ message: { t: 'unknown' }, passedOver: t });
  if (t === 'hello' && typeof v === 'number' && Number.isInteger(v) && v >= 1 && v <= VERSION_MAX && v !== SITE_PROTOCOL) {
    return ok({ message: { t: 'other-protocol', v } });
  }
  let passedOver: string | undefined;
  const read = readMustIgnore(SiteMessage, value, (path) => {
    passedOver ??= nameOf(path);
  });
  if (read.success) return ok(passedOver === undefined ? { message: read.data } : { message: read.data, passedOver: `${read.data.t}.${passedOver}` });
  const issue = read.error.issues[0];
  return err(`a message against the protocol: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`.slice(0, 200));
}

function headOf(value: unknown): { readonly t?: unknown; readonly v?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Its places in lists say nothing, and whatever else stands in it is shown to a person. */
function nameOf(path: readonly PropertyKey[]): string {
  const names = path.filter((step) => typeof step !== 'number').map(String);
  return names
    .join('.')
    .replaceAll(/[^\w.-]/g, '?')
    .slice(0, NAME_MAX);
}
