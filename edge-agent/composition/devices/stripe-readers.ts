import { stripeDriver } from '#drivers/magnetic-stripe/stripe-driver.ts';
import { createStripeSimulator } from '#drivers/magnetic-stripe/stripe-simulator.ts';
import { type ManagedDevice, managedCardReader } from '../../devices/managed-device.ts';
import type { DeviceParts, SettingsOf } from './surroundings.ts';

export async function composeMagneticStripe(settings: SettingsOf<'magnetic-stripe'>, { lines, known }: DeviceParts): Promise<ManagedDevice> {
  const { id, link, profile } = settings;
  const transport = await lines.to(id, link, known.cardReaders, () => createStripeSimulator({ profile }));
  return managedCardReader({ id, driver: stripeDriver, options: { profile }, transport });
}
