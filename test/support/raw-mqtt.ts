import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';

/** A bare client of the broker, for saying what the product never would. Closed when the test ends. */
export function rawClient(url: string, options: IClientOptions = {}): MqttClient {
  const client = connect(url, { protocolVersion: 4, reconnectPeriod: 0, resubscribe: false, ...options });
  // Errors are awaited by name where a test expects them; everywhere else the end of the connection fails the test.
  client.on('error', () => undefined);
  onTestFinished(() => {
    client.end(true);
  });
  return client;
}

export async function connectedClient(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = rawClient(url, options);
  await happened(client, 'connect');
  return client;
}

/** What the event brought first. Called before the event can happen. */
export function happened(client: MqttClient, event: 'connect' | 'close' | 'error'): Promise<unknown> {
  return new Promise((resolve) => {
    if (event === 'error') client.once('error', resolve);
    else if (event === 'close') client.once('close', () => resolve(undefined));
    else client.once('connect', resolve);
  });
}
