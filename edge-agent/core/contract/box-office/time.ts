import { z } from 'zod';
import { SiteId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/** Chosen anew for each question, so that an old answer cannot be given again. */
export const TimeNonce = z.string().regex(/^[0-9a-f]{32}$/, 'a nonce is 32 hexadecimal digits');

/** The box office's clock between question and answer. Signed as validity data are, because gates judge windows by it. */
export const TimeAnswer = z.strictObject({ scope: SiteId, nonce: TimeNonce, at: IsoTime });

export const TIME_CONTEXT = 'foyer/time/v1\n';
