"""Operations on captions and videos."""

from __future__ import annotations

from typing import Any

from backend import captions as drawing
from backend import models, requests
from backend.jobs import JobContext
from backend.operating.services import Services
from backend.services.media_info import audio_info, describe_video
from backend.work import Work


class VideoOperations(Services):
    """Operations on captions and videos."""

    def make_captions(self, request: requests.MakeCaptions) -> models.Captions:
        return self.captioning.make(request)

    def update_captions(self, request: requests.UpdateCaptions) -> models.Captions:
        return self.captioning.update(request)

    def _check_realign_captions(self, request: requests.RealignCaptions) -> None:
        self._realignment.check(request)

    def _do_realign_captions(self, request: requests.RealignCaptions, context: JobContext) -> dict[str, Any]:
        return self._realignment.realign(request, context)

    def preview_captions(self, request: requests.PreviewCaptions) -> dict[str, Any]:
        return self.captioning.preview(request, Work())

    def list_caption_styles(self, _: requests.ListCaptionStyles) -> dict[str, Any]:
        return {"styles": self.styles.list(), "safe_zones": drawing.list_safe_zones()}

    def save_caption_style(self, request: requests.SaveCaptionStyle) -> dict[str, Any]:
        self._quota.refuse_more()
        return self.styles.save(request)

    def delete_caption_style(self, request: requests.DeleteCaptionStyle) -> dict[str, Any]:
        return self.styles.delete(request.style_id)

    def list_fonts(self, _: requests.ListFonts) -> dict[str, Any]:
        return {"fonts": self.fonts.list()}

    def upload_font(self, request: requests.UploadFont) -> dict[str, Any]:
        self._quota.refuse_more()
        return self.fonts.add(request)

    def delete_font(self, request: requests.DeleteFont) -> dict[str, Any]:
        return self.fonts.delete(request.font_id)

    def _check_generate_captioned_video(self, request: requests.GenerateCaptionedVideo) -> None:
        self.videos.check(request)

    def _do_generate_captioned_video(
        self, request: requests.GenerateCaptionedVideo, context: JobContext
    ) -> dict[str, Any]:
        return self.videos.generate(request, context)

    def preview_video(self, request: requests.PreviewVideo) -> dict[str, Any]:
        return self._video_previews.draw(request, Work())

    def _check_merge_videos(self, request: requests.MergeVideos) -> None:
        self._merging.check(request)

    def _do_merge_videos(self, request: requests.MergeVideos, context: JobContext) -> dict[str, Any]:
        return self._merging.merge(request, context)

    def _check_add_colorkey_overlay(self, request: requests.AddColorkeyOverlay) -> None:
        self._overlays.check(request)

    def _do_add_colorkey_overlay(self, request: requests.AddColorkeyOverlay, context: JobContext) -> dict[str, Any]:
        return self._overlays.overlay(request, context)

    def preview_colorkey_overlay(self, request: requests.PreviewColorkeyOverlay) -> dict[str, Any]:
        return self._overlays.look(request)

    def extract_frame(self, request: requests.ExtractFrame) -> models.FileLink:
        return self._pictures.frame(request)

    def make_thumbnail(self, request: requests.MakeThumbnail) -> models.FileLink:
        self._quota.refuse_more()
        return self._pictures.thumbnail(request)

    def _check_make_contact_sheet(self, request: requests.MakeContactSheet) -> None:
        self._pictures.check(request)

    def _do_make_contact_sheet(self, request: requests.MakeContactSheet, context: JobContext) -> dict[str, Any]:
        return self._pictures.contact_sheet(request, context)

    def _check_make_animation(self, request: requests.MakeAnimation) -> None:
        self._pictures.check(request)

    def _do_make_animation(self, request: requests.MakeAnimation, context: JobContext) -> dict[str, Any]:
        return self._pictures.animation(request, context)

    def get_video_info(self, request: requests.Media) -> dict[str, Any]:
        with self._scratch.folder() as folder:
            return describe_video(self.uploads.info(request.video, folder))

    def get_audio_info(self, request: requests.AudioMedia) -> dict[str, Any]:
        with self._scratch.folder() as folder:
            path = self.uploads.local(request.audio, folder)
            return audio_info(self.ffmpeg, path, measure=request.measure)
