"""The store on S3, measured."""
