"""Publishing as methods of the client: one workflow, or many in a bulk run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from aio_workflows.api.family import Family
from aio_workflows.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable
    from pathlib import Path

    from aio_workflows.bulk.options import StopCondition
    from aio_workflows.bulk.progress import ProgressHook
    from aio_workflows.bulk.run import BulkRun
    from aio_workflows.models.requests import CreateWorkflowRequest
    from aio_workflows.publish.result import DryRun, OnChange, PublishResult


class PublishOperations(Family):
    """Publishing: the workflow of a request is made so, or those of many."""

    _region: str | None

    async def publish_workflow(
        self,
        request: CreateWorkflowRequest,
        *,
        on_change: OnChange = "new_build",
        dry_run: DryRun = False,
        document: str | None = None,
        timeout: float | None = None,
        is_queued: bool = False,
    ) -> PublishResult:
        """Make a workflow so: create it, add a build or a version where its content differs, or leave it.

        Content is the document, the description and the KMS key. Nothing is ever deleted, and no tag
        taken away. It is safe to call this again after any failure: what was done is found. Each call
        makes a client token of its own; a token in the request must be new for each publication too,
        or the service replays an old answer.

        Nothing makes reading and creating one step. If two publishers meet, the end is as if one had
        run after the other, and ``raced`` of the result tells when it may not be what was meant.

        :param on_change: what to do where the content differs. ``"new_build"`` adds a build to the
            request's version; it takes one call, two or more if nothing has changed. ``"patch"``,
            ``"minor"`` and ``"major"`` look first, and make the next version after the latest that
            differs from the request's in no higher node: with ``"patch"`` and 1.2.0, after the latest
            1.2.x. A request whose version is above all of these is created as it is. ``"fail"``
            raises if the request's version is there with other content.
        :param dry_run: send only dry runs and reads, and tell what would happen, with a diff. With
            ``"reads"`` not even dry runs are sent, so that the service does not check the request.
        :param document: the text of the document that the request's ``uri`` leads to. Without it the
            service is asked, by a dry run, whether the text is the same.
        :param timeout: seconds for the whole publication; by default each of its calls has the client's.
        :param is_queued: whether this is one publication of many, as in :meth:`publish_workflows`: the
            time-out is for each of its calls then, and begins when the client's pace lets the call go.
        :raises WorkflowChangedError: the content differs, and ``on_change`` is ``"fail"``.
        :raises AioWorkflowsError: what the calls raise: see :meth:`create_workflow`.
        """
        from aio_workflows.publish.calls import PublishCalls
        from aio_workflows.publish.publisher import Publication
        from aio_workflows.publish.result import check_on_change

        check_on_change(on_change)
        publication = Publication(
            service=PublishCalls(self._caller, timeout, is_queued=is_queued),
            request=request,
            on_change=on_change,
            document=request.data if request.data is not None else document,
            dry_run=dry_run,
        )
        return await publication.run()

    def publish_workflows(
        self,
        requests: Iterable[CreateWorkflowRequest] | AsyncIterable[CreateWorkflowRequest],
        *,
        on_change: OnChange = "new_build",
        dry_run: DryRun = False,
        concurrency: int = 10,
        journal: str | Path | None = None,
        resend_within: float = 600.0,
        on_progress: ProgressHook | None = None,
        progress: bool = False,
        stop_on: StopCondition[CreateWorkflowRequest, PublishResult] | None = None,
        timeout: float | None = None,
    ) -> BulkRun[CreateWorkflowRequest, PublishResult]:
        """Publish many workflows: ``report = await client.publish_workflows(requests)``.

        Each item is published as :meth:`publish_workflow` does it, with ``on_change`` and ``dry_run``;
        the other options are those of :meth:`create_workflows`. ``response`` of an outcome is the
        :class:`PublishResult`; its status is ``created`` if anything was made, and ``already_exists`` if
        nothing had changed.

        Every item's token is fresh in each run, so that publishing A, B, A ends at A; with a journal it
        is kept there, and a run that is resumed sends it again.

        :raises ConfigurationError: an option is out of its range, or a dry run is to have a journal.
        """
        from aio_workflows.bulk.options import BulkOptions
        from aio_workflows.bulk.run import BulkRun
        from aio_workflows.publish.bulk import PublishWorkflowsJob
        from aio_workflows.publish.result import check_on_change
        from aio_workflows.retry.policy import checked_seconds

        check_on_change(on_change)
        if dry_run and journal is not None:
            raise ConfigurationError(
                "a dry run does nothing that a journal could hold: leave one of them out"
            )
        if timeout is not None:
            checked_seconds("timeout", timeout)

        async def submit(request: CreateWorkflowRequest, client_token: str) -> PublishResult:
            return await self.publish_workflow(
                evolve(request, client_token=client_token),
                on_change=on_change,
                dry_run=dry_run,
                timeout=timeout,
                is_queued=True,
            )

        options: BulkOptions[CreateWorkflowRequest, PublishResult] = BulkOptions(
            concurrency=concurrency,
            journal=journal,
            resend_within=resend_within,
            on_progress=on_progress,
            progress=progress,
            stop_on=stop_on,
            pace=lambda: self._caller.pace,
        )
        job = PublishWorkflowsJob(submit, scope=self._region, on_change=on_change)
        return BulkRun(job, requests, options)
