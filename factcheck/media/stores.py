"""Which store keeps pictures, films and sounds."""

from factcheck.media.folder import FolderStore
from factcheck.ports import MediaStore
from factcheck.settings import Settings


def build_media_store(settings: Settings) -> MediaStore:
    """Makes the store of the settings. It connects to nothing yet."""
    bucket = settings.s3_bucket
    if bucket is None:
        return FolderStore(settings.resolved_media_dir)
    from factcheck.media.s3 import Bucket, S3Store  # half a second of the processor, which few need

    name, prefix = bucket
    return S3Store(
        Bucket(
            name,
            prefix,
            settings.media_endpoint,
            settings.media_region,
            settings.media_access_key,
            settings.media_secret_key,
        )
    )
