export async function writeOff(): Promise<void> {}
