import type { HidUsage } from '#core/ports/discovery.ts';

/** Items of a HID report descriptor that say what a collection is for (HID 1.11, §6.2.2: prefix byte is tag, type and size). */
const USAGE_PAGE = 0x04;
const USAGE = 0x08;
const COLLECTION = 0xa0;
const END_COLLECTION = 0xc0;
/** §6.2.2.3: a long item names its size in the next byte. */
const LONG_ITEM = 0xfe;

/** The top-level collections of a report descriptor. Reads what is there of a broken one, and never more than its bytes. */
export function topLevelUsages(descriptor: Uint8Array): readonly HidUsage[] {
  const usages: HidUsage[] = [];
  let page = 0;
  let usage: number | undefined;
  let depth = 0;
  for (let at = 0; at < descriptor.length; ) {
    const prefix = descriptor[at] ?? 0;
    if (prefix === LONG_ITEM) {
      at += 3 + (descriptor[at + 1] ?? 0);
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 0x03] ?? 0;
    const value = littleEndian(descriptor.subarray(at + 1, at + 1 + size));
    at += 1 + size;
    switch (prefix & 0xfc) {
      case USAGE_PAGE:
        page = value;
        break;
      case USAGE:
        // A usage of four bytes has its page in the upper two (§6.2.2.8).
        usage ??= size === 4 ? value : page * 0x1_0000 + value;
        break;
      case COLLECTION:
        if (depth === 0 && usage !== undefined) usages.push({ page: Math.floor(usage / 0x1_0000), usage: usage % 0x1_0000 });
        depth += 1;
        usage = undefined;
        break;
      case END_COLLECTION:
        depth = Math.max(0, depth - 1);
        usage = undefined;
        break;
      default:
        // Every main item ends what local items said (§6.2.2.8).
        if ((prefix & 0x0c) === 0) usage = undefined;
    }
  }
  return usages;
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduceRight((value, byte) => value * 256 + byte, 0);
