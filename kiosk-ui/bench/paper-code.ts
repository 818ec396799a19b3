import type { DeviceId } from '#core/contract/identifiers.ts';
import { paperPicturePath } from '../agent/routes.ts';

/** What a scanner would read from the paper: its picture is fetched, drawn and decoded here. */
export async function readPaperCode(printer: DeviceId, number: number): Promise<string | undefined> {
  const [{ readCode }, response] = await Promise.all([import('./read-code.ts'), fetch(paperPicturePath(printer, number), { cache: 'no-store' })]);
  // Swept up in the meantime.
  if (!response.ok) return undefined;
  const picture = await createImageBitmap(await response.blob());
  const { width, height } = picture;
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!pen) return undefined;
  pen.drawImage(picture, 0, 0);
  picture.close();
  return readCode(pen.getImageData(0, 0, width, height));
}
