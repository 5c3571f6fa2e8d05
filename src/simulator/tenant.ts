// The service of the company as a whole: subscribed, and locked where a test says so.
import { json, type Reply } from './reply.ts';
import type { WorkspaceQuestion } from './workspace.ts';

/** GET workspaces/lock-status */
export function showLockStatus(_: WorkspaceQuestion): Reply {
  return json(200, { is_lock: 0, lock_time: '', lock_reason: '' });
}

/** GET workspaces */
export function showWorkspace({ project }: WorkspaceQuestion): Reply {
  return json(200, {
    id: `workspace-${project}`,
    ad_domains: { domain_type: 'LITE_AD', domain_name: 'acme.example', domain_admin_account: 'administrator' },
    access_mode: 'INTERNET',
    internet_access_address: 'desktops.acme.example',
    internet_access_port: '443',
    status: 'SUBSCRIBED',
  });
}
