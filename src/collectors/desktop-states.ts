// Power and login states of desktops, as `statistics` counts them for one pool or for many desktops.
import * as z from 'zod';

const count = () => z.int().nonnegative().optional();

export const runStates = z
  .object({ active_num: count(), stop_num: count(), hibernated_num: count(), error_num: count() })
  .optional();
export const loginStates = z
  .object({
    in_use_num: count(),
    ready_num: count(),
    disconnected_num: count(),
    unregistered_num: count(),
    unable_to_connect_num: count(),
  })
  .optional();
export const attachStates = z
  .object({ attached_num: count(), unattached_num: count(), attaching_num: count(), attach_error_num: count() })
  .optional();

/** Samples of a row with the label `state`. */
export const byRunState = (run: z.infer<typeof runStates>) =>
  [
    [run?.active_num, 'active'],
    [run?.stop_num, 'stopped'],
    [run?.hibernated_num, 'hibernated'],
    [run?.error_num, 'error'],
  ] as const;
export const byLoginState = (login: z.infer<typeof loginStates>) =>
  [
    [login?.in_use_num, 'in_use'],
    [login?.ready_num, 'ready'],
    [login?.disconnected_num, 'disconnected'],
    [login?.unregistered_num, 'unregistered'],
    [login?.unable_to_connect_num, 'unable_to_connect'],
  ] as const;
export const byAttachState = (attach: z.infer<typeof attachStates>) =>
  [
    [attach?.attached_num, 'attached'],
    [attach?.unattached_num, 'unattached'],
    [attach?.attaching_num, 'attaching'],
    [attach?.attach_error_num, 'attach_error'],
  ] as const;
